"""Answers as clients get them from the running product, on the embedded parts and on the real servers: no word is lost
or doubled however often the line breaks, one answer at a time, and an answer that nobody wants stops.
"""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest

from agents.runtime.standing import RULES
from tests import servers
from tests.agents.live.conftest import Company, Live, product_with_companies
from tests.running import wait_until

MODEL = "slow-40"  # 40 words, a tenth of a second apart
WORDS = "".join(f"word{number} " for number in range(40)).strip()


@pytest.fixture(params=["embedded", pytest.param("real", marks=pytest.mark.server)], scope="module")
def started(request: pytest.FixtureRequest) -> Iterator[Live]:
    if request.param == "embedded":
        yield request.getfixturevalue("live")
        return
    with servers.corners() as corner:
        own = {"SECRET_KEY": "only-for-tests-" + "x" * 40, "ALLOWED_HOSTS": "localhost", "EMAIL_URL": "embedded:"}
        with product_with_companies({**corner, **own}) as live:
            yield live


@dataclass(frozen=True)
class Chat:
    """A conversation of the company's key."""

    company: Company
    id: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.company.keys['all']}"}

    def post(self, path: str, value: object = None) -> httpx.Response:
        return httpx.post(f"{self.company.url}{path}", json=value, headers=self.headers, timeout=30)

    def ask(self, text: str) -> str:
        """The turn's id."""
        turn: str = self.post(f"/v1/conversations/{self.id}/messages", {"text": text}).json()["turn_id"]
        return turn

    def hear(self, turn: str, *, after: int = 0) -> Iterator[tuple[int, str, Any]]:
        """(id, event, data), until the stream ends or the caller leaves."""
        headers = {**self.headers, "Last-Event-ID": str(after)}
        with httpx.stream("GET", f"{self.company.url}/v1/turns/{turn}/stream", headers=headers, timeout=60) as found:
            fields: dict[str, str] = {}
            for line in found.iter_lines():
                name, _, value = line.partition(": ")
                if name:
                    fields[name] = value
                elif "event" in fields:
                    yield int(fields["id"]), fields["event"], json.loads(fields["data"])
                    fields = {}

    def said(self) -> list[str]:
        messages = self.company.get(f"/v1/conversations/{self.id}/messages")["data"]
        return [each["text"] for each in messages if each["role"] == "agent"]


@pytest.fixture
def chat(started: Live) -> Chat:
    started.providers.forget()
    body = {"agent_id": started.acme.agents[MODEL], "contact": {"external_id": uuid4().hex}}
    made = Chat(started.acme, "").post("/v1/conversations", body)
    return Chat(started.acme, made.json()["id"])


def _shown(frames: Iterable[tuple[int, str, Any]]) -> str:
    return "".join(data["text"] for _, event, data in frames if event == "token").strip()


def test_no_word_is_lost_or_doubled_when_the_line_breaks_again_and_again(chat: Chat) -> None:
    turn, seed = chat.ask("How long?"), random.randrange(10**6)
    dice, got = random.Random(seed), list[tuple[int, str, Any]]()
    while not got or got[-1][1] != "done":
        left = dice.randint(1, 6)
        for frame in chat.hear(turn, after=got[-1][0] if got else 0):
            got.append(frame)
            left -= 1
            if not left:
                break  # the connection is dropped here
    assert [number for number, _, _ in got] == list(range(1, len(got) + 1)), f"seed {seed}"
    assert _shown(got).startswith(WORDS), f"seed {seed}"  # and is taken back, since nothing vouches for it
    assert [event for _, event, _ in got].count("restart") == 1
    after = next(place for place, (_, event, _) in enumerate(got) if event == "restart")
    assert _shown(got[after:]) == got[-1][2]["message"]["text"] == chat.said()[0]
    assert list(chat.hear(turn, after=got[-1][0])) == []  # who has seen all of it is told nothing again


def test_who_sends_twice_is_answered_one_after_the_other_in_order(started: Live, chat: Chat) -> None:
    first, second = chat.ask("How long?"), chat.ask("And abroad?")
    for _, event, _ in chat.hear(first):
        if event == "token":
            assert len(started.calls) == 1  # the second waits for the end of the first
    assert list(chat.hear(second))[-1][1] == "done"
    asked = [call["messages"] for call in started.calls]
    asked = [each for each in asked if RULES not in each[0]["content"]]  # to make a question stand alone is no answer
    assert len(asked) == 2
    assert "And abroad?" in asked[1][-1]["content"]
    assert {"role": "assistant", "content": chat.said()[0]} in asked[1]


def test_a_cancelled_answer_ends_with_what_was_said_and_the_model_is_left(started: Live, chat: Chat) -> None:
    turn = chat.ask("How long?")
    heard = chat.hear(turn)
    shown = next(data["text"] for _, event, data in heard if event == "token")
    assert chat.post(f"/v1/turns/{turn}/cancel").status_code == 202
    rest = list(heard)
    shown = f"{shown}{_shown(rest)}"
    assert rest[-1][1] == "done"
    assert rest[-1][2]["message"]["text"] == shown.strip() == chat.said()[0]
    assert len(shown) < len(WORDS)
    wait_until(lambda: [each.ended for each in started.providers.served] == ["left"], seconds=30)
    assert chat.post(f"/v1/turns/{turn}/cancel").status_code == 202  # said again it changes nothing
    follow = chat.ask("Go on.")
    assert list(chat.hear(follow))[-1][1] == "done"
