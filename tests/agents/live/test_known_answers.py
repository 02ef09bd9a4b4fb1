"""A changed document is never answered from memory: over the product's own processes, events and all."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.agents.live.conftest import Company, Live, product_with_companies

pytestmark = pytest.mark.timeout(240)
QUESTION = "How many days does standard delivery take within Germany?"


@pytest.fixture
def real(server_environment: dict[str, str]) -> Iterator[Live]:
    own = {"EMAIL_URL": "embedded:", "ALLOWED_HOSTS": "localhost", "SECRET_KEY": "only-for-tests-" + "x" * 40}
    with product_with_companies({**server_environment, **own}) as live:
        yield live


def test_a_changed_document_invalidates_what_cited_it(live: Live) -> None:
    _ask_change_and_ask(live)


@pytest.mark.server
@pytest.mark.slow
def test_the_same_on_the_real_servers(real: Live) -> None:
    _ask_change_and_ask(real)


def _ask_change_and_ask(live: Live) -> None:
    ours, theirs = live.acme, live.other
    first = _ask(live, ours, "first")
    assert first["asked"] == 1
    assert _ask(live, ours, "second") == {**first, "asked": 0}, "the same question is answered from memory"
    assert _ask(live, theirs, "other")["asked"] == 1, "another company's is not"
    _change_document(live, ours)
    assert _ask(live, ours, "third")["asked"] == 1, "what cited the document is not given any more"
    assert _ask(live, ours, "fourth")["asked"] == 0, "and the new answer is known"
    assert _ask(live, theirs, "again")["asked"] == 0, "another company's change touches nothing of theirs"


def _ask(live: Live, company: Company, who: str) -> dict[str, Any]:
    """The answer's text, and how often the model was asked for it."""
    before = len(live.calls)
    made = _post(company, "/v1/conversations", {"agent_id": company.agents["days-3"], "contact": {"external_id": who}})
    asked = _post(company, f"/v1/conversations/{made['id']}/messages", {"text": QUESTION})
    until = time.monotonic() + 60
    while time.monotonic() < until:
        messages = company.get(f"/v1/conversations/{made['id']}/messages")["data"]
        answers = [each for each in messages if each["role"] == "agent" and each["turn_id"] == asked["turn_id"]]
        if answers:
            return {"text": answers[0]["text"], "asked": len(live.calls) - before}
        time.sleep(0.1)
    raise AssertionError(f"no answer: {company.get('/v1/turns/' + asked['turn_id'])}")


def _change_document(live: Live, company: Company) -> None:
    """A new version of the one that is cited; until it is what answers come from."""
    before = company.get(f"/v1/documents/{company.document_id}")
    text = "# Delivery of acme\n\nStandard delivery takes 3 days within Germany. Returns are free for 60 days.\n"
    made = _post(company, "/v1/documents", {"name": "acme.md", "text": text})
    assert made["id"] == company.document_id, json.dumps(made)
    until = time.monotonic() + 90
    while time.monotonic() < until:
        now = company.get(f"/v1/documents/{company.document_id}")
        if now["state"] == "ready" and now["updated_at"] != before["updated_at"]:
            return
        time.sleep(0.2)
    raise AssertionError("the new version was not read")


def _post(company: Company, path: str, body: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {company.keys['all']}"}
    answer = httpx.post(f"{company.url}{path}", json=body, headers=headers, timeout=30)
    assert answer.status_code < 300, answer.text
    found: dict[str, Any] = answer.json()
    return found
