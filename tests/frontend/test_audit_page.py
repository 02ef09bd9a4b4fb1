"""The page of the audit log: sentences, what changed, filters, pages, CSV, and who may see it."""

import csv
import io

import pytest
from django.test import Client

from agents.services import AgentChanges, update_agent
from frontend.audit_words import SENTENCES, sentence_of, written
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, user_actor
from tenants.audit import Audited, record_audit, record_audits
from tenants.context import tenant_scope
from tenants.webhooks.catalogue import BY_NAME
from tests.cast import Cast

PATH = "/audit/"


@pytest.fixture
def renamed(cast: Cast) -> None:
    update_agent(
        tenant_id=cast.acme.tenant_id,
        agent_id=cast.acme.agent_id,
        changes=AgentChanges(name="<b>Ada</b>", instructions="Be kind."),
        actor=user_actor(cast.alice.id),
    )


def text_of(client: Client, query: str = "") -> str:
    answer = client.get(f"{PATH}{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_change_is_a_sentence_with_before_and_after(cast: Cast, renamed: None, alice_client: Client) -> None:
    page = text_of(alice_client)
    assert "alice@acme.example</span> changed an agent" in page
    assert "<del>Acme assistant</del> <ins>&lt;b&gt;Ada&lt;/b&gt;</ins>" in page
    assert "a text of 8 characters" in page
    assert "Be kind" not in page
    assert f'href="/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/"' in page


def test_it_is_searched(cast: Cast, renamed: None, alice_client: Client) -> None:
    alice, agent = encode(Prefix.USER, cast.alice.id), encode(Prefix.AGENT, cast.acme.agent_id)
    assert text_of(alice_client, f"?actor={alice}&action=agent.updated&subject={agent}").count("<li id=") == 1
    assert text_of(alice_client, "?since=2020-01-01&until=2999-01-01").count("<li id=") == 5
    assert "Nothing found" in text_of(alice_client, "?until=2020-01-01")
    assert "Nothing found" in text_of(alice_client, "?actor=system")
    answer = alice_client.get(f"{PATH}?since=2026-13-45")
    assert answer.status_code == 400
    assert "Write the day as" in answer.content.decode()


def test_older_ones_follow(cast: Cast, alice_client: Client) -> None:
    with tenant_scope(cast.acme.tenant_id):
        record_audits(SYSTEM, [Audited("thing.made", f"thing-{number:03}") for number in range(60)])
    first = text_of(alice_client, "?action=thing.made")
    assert first.count("<li id=") == 50
    older = first.partition('href="?action=thing.made&amp;before=')[2].partition('"')[0]
    second = text_of(alice_client, f"?action=thing.made&before={older}")
    assert second.count("<li id=") == 10
    assert "thing-009" in second
    assert "thing-010" not in second


def test_as_csv_nothing_runs(cast: Cast, alice_client: Client) -> None:
    with tenant_scope(cast.acme.tenant_id):
        record_audit(actor=SYSTEM, action="=cmd.run", subject="=1+1", details={"name": "=2"})
    answer = alice_client.get("/audit.csv?actor=system")
    (row,) = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert (row["subject"], row["action"], row["who"]) == ("'=1+1", "'=cmd.run", "Rapport")
    assert row["details"] == '{"name": "=2"}'
    assert answer["Content-Disposition"].startswith('attachment; filename="audit-acme-')


def test_who_may_not_does_not(cast: Cast, renamed: None, bob_client: Client, charlie_client: Client) -> None:
    for path in (PATH, "/audit.csv"):
        assert bob_client.get(path).status_code == 403
        assert "Acme" not in charlie_client.get(path).getvalue().decode()
    assert 'href="/audit/"' not in bob_client.get("/keys/").content.decode()


def test_what_webhooks_tell_has_a_sentence_of_its_own() -> None:
    assert BY_NAME.keys() - SENTENCES.keys() == set(), "Give these a sentence in frontend/audit_words.py."


def test_what_has_no_sentence_is_read_from_its_name() -> None:
    assert sentence_of("big_thing.made_up") == "made up: big thing"
    assert [written(each) for each in (True, None, ["a", "b"], {"x": 1}, [])] == [
        "yes",
        "nothing",
        "a, b",
        '{"x": 1}',
        "nothing",
    ]
