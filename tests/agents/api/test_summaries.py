"""Summaries over the API: with what they were made of, for keys that may read what was said and what is known."""

import pytest

from rapport.ids import Prefix, encode
from tests.agents.api.conftest import Caller
from tests.agents.memory.summaries.telling import ASKED, another_conversation, belong, talk
from tests.cast import Cast, Visitor


@pytest.fixture
def contact(cast: Cast, visitor: Visitor) -> str:
    tenant_id = cast.acme.tenant_id
    belong(tenant_id, [visitor])
    talk(tenant_id, visitor, "I live in Bonn.", ASKED)
    talk(tenant_id, another_conversation(cast.acme, visitor), "Do you ship to islands?", minute=60)
    return encode(Prefix.CONTACT, visitor.contact_id)


def test_a_summary_says_what_it_was_made_of(alice: Caller, visitor: Visitor, contact: str) -> None:
    rows = alice.get(f"/v1/summaries?contact_id={contact}").json()["data"]
    assert sorted(row["level"] for row in rows) == ["contact", "conversation", "conversation"]
    [first] = alice.get(f"/v1/summaries?conversation_id={encode(Prefix.CONVERSATION, visitor.conversation_id)}").json()[
        "data"
    ]
    one = alice.get(f"/v1/summaries/{first['id']}").json()
    assert one == first
    assert one["text"].startswith("Said: “I live in Bonn.” Asked: “How long does delivery take?”")
    assert [each["kind"] for each in one["inputs"]] == ["turn", "turn", "fact", "conversation"]
    assert one["inputs"][0]["id"].startswith("msg_")
    assert one["lines"][0]["message_id"].startswith("msg_")
    assert (one["extractor"], one["extractor_version"], one["times_made"]) == ("rules", 1, 1)
    assert [row["level"] for row in alice.get("/v1/summaries?level=contact").json()["data"]] == ["contact"]
    assert alice.get("/v1/summaries?level=turn").status_code == 400


def test_an_account_is_numbers(alice: Caller, contact: str) -> None:
    [row] = alice.get("/v1/accounts").json()["data"]
    assert (row["key"], row["name"], row["contact_ids"]) == ("globex", "Globex", [contact])
    assert row["numbers"]["conversations"] == 2
    assert alice.get(f"/v1/accounts/{row['id']}").json() == row
