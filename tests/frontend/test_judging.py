"""What a model says of answers, where people look: on the trace, and in the list of versions."""

from uuid import UUID

import pytest
from django.test import Client

from agents.models import Judgement, Trace, Turn
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tests.cast import Cast
from tests.frontend.seed import Seeded

REASON = "Islands are left out."


@pytest.fixture
def trace_id(cast: Cast, seeded: Seeded) -> UUID:
    """Of an answer that was judged."""
    with tenant_scope(cast.acme.tenant_id):
        turn = Turn.objects.exclude(answer=None).earliest("id")
        Judgement.objects.create(
            conversation_id=turn.conversation_id,
            turn=turn,
            agent_id=cast.acme.agent_id,
            agent_version=1,
            model="judge-1",
            grounded=0.94,
            relevant=0.83,
            complete=0.72,
            reason=REASON,
        )
        return Trace.objects.values_list("id", flat=True).get(turn_id=turn.id)


def test_the_trace_shows_scores_and_their_reason(alice_client: Client, trace_id: UUID) -> None:
    page = alice_client.get(f"/traces/{encode(Prefix.TRACE, trace_id)}/").content.decode()
    assert all(each in page for each in ("What a model says of the answer", "judge-1", "0.94", "0.83", "0.72", REASON))


def test_versions_show_averages_and_none_where_nothing_was_judged(
    cast: Cast, alice_client: Client, seeded: Seeded, request: pytest.FixtureRequest
) -> None:
    path = f"/agents/{encode(Prefix.AGENT, cast.acme.agent_id)}/versions/"
    assert "Judged" not in alice_client.get(path).content.decode()
    request.getfixturevalue("trace_id")
    page = alice_client.get(path).content.decode()
    assert all(each in page for each in ("Judged", "0.94", "0.83", "0.72", "1 answer"))


def test_strangers_see_nothing_of_it(charlie_client: Client, trace_id: UUID) -> None:
    answer = charlie_client.get(f"/traces/{encode(Prefix.TRACE, trace_id)}/")
    assert answer.status_code == 404
    assert REASON not in answer.content.decode()
