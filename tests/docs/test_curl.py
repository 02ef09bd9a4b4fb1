"""The curl calls of the pages on the API. `agt_…` is an agent's id, and so on: of what is there, or what a call before
has made."""

import json
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.docs.blocks import blocks_of
from tests.docs.conftest import Reader

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.timeout(240),
    pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed"),
]
_SKETCH = re.compile(r"\b([a-z]{3})_…")
_COMMAND = re.compile(r"^curl .*?(?<!\\)$", re.DOTALL | re.MULTILINE)
SECONDS = 60


class Ids:
    """The latest id of each kind, by its prefix."""

    def __init__(self, reader: Reader) -> None:
        self._known: dict[str, str] = {}
        with httpx.Client(base_url=reader.product.app, headers={"Authorization": f"Bearer {reader.key}"}) as client:
            self.learn(client.get("/v1/agents").raise_for_status().json()["data"][0])
            self._talk(client)
            client.post("/v1/contacts", json={"name": "Kari Nordmann"}).raise_for_status()
            self.learn(client.get("/v1/contacts").raise_for_status().json()["data"][0])

    def _talk(self, client: httpx.Client) -> None:
        """A conversation of somebody else, with a message in it."""
        begin = {"agent_id": self._known["agt"], "contact": {"external_id": "customer-17"}}
        begun = client.post("/v1/conversations", json=begin).raise_for_status().json()
        url = f"/v1/conversations/{begun['id']}/messages"
        posted = client.post(url, json={"text": "I live in Bergen."}).raise_for_status().json()
        self.learn(begun)
        self.learn({"id": posted["message_id"]})
        member = {"userId": "customer-17", "groupId": "nordmann-as", "traits": {"name": "Nordmann AS"}}
        client.post("/v1/group", json=member).raise_for_status()
        for address in ("/v1/summaries", "/v1/accounts"):
            self.learn(_first(client, address))

    def learn(self, answer: Any) -> None:
        for text in answer.values() if isinstance(answer, dict) else ():
            match = re.fullmatch(r"([a-z]{3})_[0-9a-z]{26}", str(text))
            if match:
                self._known[match[1]] = str(text)

    def fill(self, text: str) -> str:
        return _SKETCH.sub(lambda match: self._known[match[1]], text)


def _first(client: httpx.Client, address: str) -> Any:
    """What is made of it behind the message: waited for."""
    until = time.monotonic() + SECONDS
    while not (rows := client.get(address).raise_for_status().json()["data"]):
        assert time.monotonic() < until, f"{address} stays empty"
        time.sleep(0.3)
    return rows[0]


def _commands(page: str) -> list[str]:
    found = [command for block in blocks_of(page) for command in _COMMAND.findall(block.text)]
    assert found, f"docs/{page} has no curl calls"
    return found


@pytest.mark.parametrize("page", ["api.md", "privacy.md", "memory.md"])
def test_every_call_is_answered(page: str, reader: Reader, tmp_path: Path) -> None:
    ids = Ids(reader)
    for command in _commands(page):
        told = command.replace("rp_sk_live_…", reader.found_key)
        ids.learn(_run(ids.fill(reader.fill(told)), reader, tmp_path))


def _run(command: str, reader: Reader, folder: Path) -> Any:
    """What was answered; 409, 'not yet', is waited out, as a reader would. Raises AssertionError for other refusals."""
    script = f"{command} --silent --show-error --write-out '\\n%{{http_code}}'"
    environment = {"RAPPORT_KEY": reader.key, "PATH": "/usr/local/bin:/usr/bin:/bin"}
    until = time.monotonic() + SECONDS
    while True:
        done = subprocess.run(
            ["sh", "-ec", script], env=environment, cwd=folder, capture_output=True, text=True, check=True
        )
        body, _, status = done.stdout.rpartition("\n")
        if status != "409" or time.monotonic() > until:
            break
        time.sleep(0.3)
    assert status.startswith("2"), f"{command}\n{status} {body}"
    return json.loads(body) if body.startswith("{") else None
