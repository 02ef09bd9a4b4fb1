"""What is tried again, how often, and what never is."""

import asyncio
import socket
import time

import pytest

from rapport_sdk import (
    APIConnectionError,
    APITimeoutError,
    AsyncRapport,
    ConflictError,
    Rapport,
    RateLimitError,
    ServerError,
)
from tests.sdks.naughty import Naughty, drops, hangs, refuses, says
from tests.sdks.samples import AGENT


@pytest.mark.parametrize("trouble", [refuses(502), refuses(503), refuses(504), refuses(429), drops])
def test_reading_is_tried_again(server: Naughty, client: Rapport, trouble: object) -> None:
    server.will(trouble, trouble, says(AGENT))  # type: ignore[arg-type]
    assert client.agents.get("agt_1").id == "agt_1"
    assert len(server.asked) == 3


def test_making_something_is_tried_again_under_one_key(server: Naughty, client: Rapport) -> None:
    server.will(drops, refuses(503), says(AGENT, 201))
    client.agents.create(name="Ada")
    assert len({asked.headers["idempotency-key"] for asked in server.asked}) == 1
    assert len(server.asked) == 3


def test_the_first_try_may_still_be_under_way(server: Naughty, client: Rapport) -> None:
    server.will(drops, refuses(409, "idempotency_in_progress", Retry_After="0"), says(AGENT, 201))
    assert client.agents.create(name="Ada").id == "agt_1"


def test_another_conflict_stands(server: Naughty, client: Rapport) -> None:
    server.will(refuses(409))
    with pytest.raises(ConflictError):
        client.agents.create(name="Ada")
    assert len(server.asked) == 1


@pytest.mark.parametrize("trouble", [drops, refuses(503)])
def test_what_may_have_been_done_is_not_done_again(server: Naughty, client: Rapport, trouble: object) -> None:
    """A change takes no key: only what was surely not done is tried again."""
    server.will(trouble)  # type: ignore[arg-type]
    with pytest.raises((APIConnectionError, ServerError)):
        client.agents.update("agt_1", name="Ada")
    assert len(server.asked) == 1


def test_what_was_turned_away_is_tried_again_whatever_it_is(server: Naughty, client: Rapport) -> None:
    server.will(refuses(429, Retry_After="0"), says(AGENT))
    client.agents.update("agt_1", name="Ada")
    assert len(server.asked) == 2


def test_a_server_that_is_not_there_is_looked_for_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
    with Rapport("rp_sk_test_x", base_url=address) as client, pytest.raises(APIConnectionError):
        client.agents.update("agt_1", name="Ada")


def test_retry_after_is_the_least(server: Naughty, client: Rapport, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    server.will(refuses(429, Retry_After="7"), says(AGENT))
    client.agents.get("agt_1")
    assert 7 <= slept[0] < 8


def test_who_is_told_to_wait_for_long_hears_of_it(server: Naughty, client: Rapport) -> None:
    server.will(refuses(429, Retry_After="3600"))
    with pytest.raises(RateLimitError) as caught:
        client.agents.get("agt_1")
    assert caught.value.retry_after_seconds == 3600
    assert len(server.asked) == 1


def test_it_ends_after_the_last_try(server: Naughty) -> None:
    server.will(refuses(503))
    with (
        Rapport("rp_sk_test_x", base_url=server.url, max_retries=2) as client,
        pytest.raises(ServerError, match="some_code"),
    ):
        client.agents.get("agt_1")
    assert len(server.asked) == 3


def test_other_errors_are_said_at_once(server: Naughty, client: Rapport) -> None:
    server.will(refuses(500))
    with pytest.raises(ServerError):
        client.agents.get("agt_1")
    assert len(server.asked) == 1


def test_a_server_that_hangs_is_given_up(server: Naughty) -> None:
    server.will(hangs)
    with (
        Rapport("rp_sk_test_x", base_url=server.url, timeout=0.2, max_retries=1) as client,
        pytest.raises(APITimeoutError),
    ):
        client.agents.get("agt_1")
    assert len(server.asked) == 2


async def _get(url: str) -> str:
    async with AsyncRapport("rp_sk_test_x", base_url=url) as client:
        return (await client.agents.get("agt_1")).id


def test_the_same_is_true_when_it_is_awaited(server: Naughty) -> None:
    server.will(drops, refuses(503), says(AGENT))
    assert asyncio.run(_get(server.url)) == "agt_1"
    server.answers.clear()
    server.will(refuses(429, Retry_After="3600"))
    with pytest.raises(RateLimitError):
        asyncio.run(_get(server.url))
