"""The page of known answers: what was proved as a picture, what was saved, and taking a wrong answer out."""

from dataclasses import replace
from uuid import UUID

import pytest
from django.test import Client

from agents.cache.evidence import basis_of
from agents.experiments.intervals import checks_needed, wilson
from agents.models import CachedAnswer, CacheEvidence, CacheLookup
from ingestion.models import Source
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tests.agents.cache.test_turns import FIRST, LIKE, MODEL, embed
from tests.agents.scripted import scripted_parts
from tests.cast import Cast, make_visitor, sign_in
from tests.frontend.test_pages import post, text_of


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/cache/"


def _ask_all(cast: Cast) -> None:
    from agents.runtime.turn import answer_turn
    from agents.services import post_message
    from tenants.actors import visitor_actor

    parts = replace(scripted_parts(), embed_question=embed)
    for text in (FIRST, FIRST, LIKE):
        visitor = make_visitor(cast.acme)
        turn_id = post_message(
            tenant_id=cast.acme.tenant_id,
            conversation_id=visitor.conversation_id,
            text=text,
            idempotency_key="",
            actor=visitor_actor(visitor.contact_id),
        ).turn_id
        assert turn_id
        answer_turn(tenant_id=cast.acme.tenant_id, turn_id=turn_id, parts=parts)


def _prove(tenant_id: UUID, agent_id: UUID, checked: int, false_hits: int) -> None:
    with tenant_scope(tenant_id):
        CacheEvidence.objects.update_or_create(
            agent_id=agent_id, basis=basis_of(MODEL), defaults={"checked": checked, "false_hits": false_hits}
        )


def test_it_says_what_to_expect_before_there_is_anything(alice_client: Client, page: str) -> None:
    shown = text_of(alice_client, page)
    assert "Nothing compared yet" in shown
    assert "381 times in a row" in shown
    assert "No such question yet" in shown


def test_it_shows_what_was_proved_saved_and_asked(cast: Cast, alice_client: Client, page: str) -> None:
    _ask_all(cast)
    _prove(cast.acme.tenant_id, cast.acme.agent_id, 400, 2)
    with tenant_scope(cast.acme.tenant_id):
        CacheLookup.objects.filter(is_served=True).update(saved_micros=1_250_000)
        Source.objects.create(kind="upload", name="files")
    shown = text_of(alice_client, page)
    lower, upper = wilson(2, 400)
    assert "0.50 %" in shown
    assert f"truly between {100 * lower:.2f} % and {100 * upper:.2f} %" in shown
    assert 'class="gauge"' in shown
    assert LIKE in shown
    assert "1.25" in shown
    assert "1.25" in text_of(alice_client, "/usage/")
    assert "1.25" in text_of(alice_client, "/figures/")
    assert lower < 0.005 < upper


def test_a_wrong_answer_is_taken_out(cast: Cast, alice_client: Client, page: str) -> None:
    _ask_all(cast)
    with tenant_scope(cast.acme.tenant_id):
        row = CacheLookup.objects.get(is_served=True)
        assert row.cached_id
        assert CachedAnswer.objects.filter(id=row.cached_id).exists()
    assert post(alice_client, f"{page}{encode(Prefix.LOOKUP, row.id)}/wrong/", {}) == 302
    with tenant_scope(cast.acme.tenant_id):
        assert not CachedAnswer.objects.filter(id=row.cached_id).exists()
        assert CacheLookup.objects.get(id=row.id).verdict == "wrong"


def test_an_analyst_looks_and_changes_nothing(cast: Cast, page: str) -> None:
    _ask_all(cast)
    client = sign_in(cast.bob)
    assert "data-confirm" not in text_of(client, page)
    with tenant_scope(cast.acme.tenant_id):
        row = CacheLookup.objects.get(is_served=True)
    assert post(client, f"{page}{encode(Prefix.LOOKUP, row.id)}/wrong/", {}) == 403


@pytest.mark.parametrize(("hits", "limit"), [(0, 0.01), (1, 0.01), (3, 0.05), (0, 0.5)])
def test_how_much_is_enough(hits: int, limit: float) -> None:
    needed = checks_needed(hits, limit)
    assert wilson(hits, needed)[1] < limit <= wilson(hits, needed - 1)[1]
