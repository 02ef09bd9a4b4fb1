"""Calling the API as a visitor, as a member with CSRF, and as nobody."""

import asyncio
from collections.abc import AsyncIterable
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from tests.cast import Cast, Company

Json = dict[str, Any]


class Caller:
    """A client that sends JSON and the headers of one caller; every answer is its status and its body."""

    def __init__(self, client: Client, **headers: str) -> None:
        self.client, self.headers = client, headers

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=self.headers | headers)

    def post(self, path: str, body: object, **headers: str) -> Any:
        return self.client.post(path, body, content_type="application/json", headers=self.headers | headers)

    def patch(self, path: str, body: object, **headers: str) -> Any:
        return self.client.patch(path, body, content_type="application/json", headers=self.headers | headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.client.delete(path, headers=self.headers | headers)


def open_session(company: Company, **headers: str) -> Any:
    """POST /v1/widget/sessions from the company's own site."""
    return Caller(Client(), Origin=company.origin).post("/v1/widget/sessions", {"key": company.key}, **headers)


def visitor_of(company: Company) -> Caller:
    token = open_session(company).json()["token"]
    return Caller(Client(), Authorization=f"Bearer {token}")


def member(client: Client) -> Caller:
    """A signed-in member who sends the CSRF token, as the dashboard does."""
    secret = "a" * 32
    client.cookies["csrftoken"] = secret
    return Caller(client, **{"X-CSRFToken": secret, "Origin": "http://testserver"})


def read_stream(response: StreamingHttpResponse) -> list[tuple[int, str]]:
    """(id, event) of each frame of a finished stream."""

    async def collect() -> bytes:
        return b"".join([part async for part in cast(AsyncIterable[bytes], response.streaming_content)])

    frames = []
    for block in asyncio.run(collect()).decode().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if ": " in line and not line.startswith(":"))
        if "event" in fields:
            frames.append((int(fields["id"]), fields["event"]))
    return frames


@pytest.fixture
def anna(cast: Cast) -> Caller:
    """A visitor of Acme's shop."""
    return visitor_of(cast.acme)


@pytest.fixture
def stranger(cast: Cast) -> Caller:
    """A visitor of the other company."""
    return visitor_of(cast.other)


@pytest.fixture
def alice(alice_client: Client) -> Caller:
    return member(alice_client)


@pytest.fixture
def bob(bob_client: Client) -> Caller:
    return member(bob_client)


@pytest.fixture
def charlie(charlie_client: Client) -> Caller:
    return member(charlie_client)


@pytest.fixture
def conversation(anna: Caller) -> str:
    """Anna's conversation."""
    created: Json = anna.post("/v1/conversations", {}).json()
    return str(created["id"])
