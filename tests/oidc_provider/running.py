"""The provider's process, and a browser of one of its people."""

import json
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path

import httpx

from rapport.config import ROOT

PASSWORD = "a password at work"
PEOPLE = {"alice@acme.example": True, "dora@acme.example": True, "mallory@acme.example": False}


@dataclass(frozen=True)
class Provider:
    issuer: str
    database: Path
    client_id: str = "rapport-at-acme"
    client_secret: str = "something that is between the two of us"

    @property
    def host(self) -> str:
        return self.issuer.removeprefix("http://")

    def send_people_to(self, redirect_uri: str) -> None:
        """Register the client's redirect address."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute("UPDATE allauth_idp_oidc_client SET redirect_uris = ?", [redirect_uri])


@contextmanager
def running_provider() -> Iterator[Provider]:
    with socket.socket() as probe, tempfile.TemporaryDirectory(prefix="oidc-") as folder:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        provider = Provider(f"http://127.0.0.1:{port}", Path(folder) / "provider.sqlite3")
        told = {
            "people": PEOPLE,
            "password": PASSWORD,
            "client_id": provider.client_id,
            "client_secret": provider.client_secret,
        }
        (Path(folder) / "provider.json").write_text(json.dumps(told))
        with (Path(folder) / "output.log").open("wb") as log:
            command = [sys.executable, "-m", "tests.oidc_provider", folder, str(port)]
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        try:
            _wait_for(provider, process, Path(folder) / "output.log")
            yield provider
        finally:
            process.terminate()
            process.wait(30)


def _wait_for(provider: Provider, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(1800):
        if process.poll() is not None:
            raise RuntimeError(log.read_text())
        try:
            httpx.get(f"{provider.issuer}/.well-known/openid-configuration").raise_for_status()
            return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("The provider does not answer.")


class Browser:
    """Someone's browser, at the provider."""

    def __init__(self, email: str) -> None:
        self.email = email
        self.client = httpx.Client()

    def go(self, url: str) -> str:
        """Sign in where that is asked for; returns the address that the provider sends back to."""
        answer = self.client.get(url)
        while answer.is_redirect:
            target = str(answer.url.join(answer.headers["location"]))
            if not target.startswith(f"{answer.url.scheme}://{answer.url.netloc.decode()}"):
                return target
            answer = self.client.get(target)
            if answer.status_code == 200 and "password" in answer.text:
                answer = self._sign_in(answer)
        raise AssertionError(answer.text)

    def _sign_in(self, answer: httpx.Response) -> httpx.Response:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text)
        following = re.search(r'name="next" value="([^"]+)"', answer.text)
        assert token
        form = {
            "csrfmiddlewaretoken": token[1],
            "login": self.email,
            "password": PASSWORD,
            "next": unescape(following[1]) if following else "",
        }
        return self.client.post(answer.url, data=form)
