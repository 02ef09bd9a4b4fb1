"""The page of a call: who spoke when, what was heard, how soon it was answered and what it cost."""

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from agents.channels.phone.calls import begin_call, end_call, find_line, take_up
from agents.channels.phone.frames import Setup
from agents.channels.phone.story import get_call_story, unheard
from agents.models import Call, CallAnalysis, CallTransfer, Campaign, CampaignAttempt, CampaignMember, Span
from agents.selectors.campaigns import campaign_of_call, get_progress
from agents.services.phone import NumberSettings, add_phone_number
from frontend.call_timeline import timeline_of
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.cast import Cast
from tests.frontend.seed_calls import talk_in

pytestmark = pytest.mark.django_db
NOT_HEARD = "unused and in its box. We refund the price within 5 working days, to the card you paid with."


@pytest.fixture
def call_id(cast: Cast) -> UUID:
    """Of a minute, that ended just now."""
    settings = NumberSettings(cast.acme.agent_id, "AC0123456789", "carriers-auth-token-0123456789")
    number_id = add_phone_number(tenant_id=cast.acme.tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    line = find_line(tenant_id=cast.acme.tenant_id, number_id=number_id)
    assert line
    made, word = begin_call(line, carrier_id="CA1", caller="+4915700000001")
    take_up(line, Setup("VX1", "CA1", line.account_id, {"token": word}))
    end_call(tenant_id=cast.acme.tenant_id, call_id=made, reason="hung_up")
    with tenant_scope(cast.acme.tenant_id):
        Call.objects.filter(id=made).update(answered_at=timezone.now() - timedelta(minutes=1))
    return made


def shown(client: Client, call_id: UUID) -> str:
    page = client.get(f"/calls/{encode(Prefix.CALL, call_id)}/").content.decode()
    return re.sub(r"\s+", " ", page)


def test_a_call_is_shown_as_it_went(cast: Cast, alice_client: Client, call_id: UUID) -> None:
    talk_in(call_id, cast.acme.tenant_id)
    page = shown(alice_client, call_id)
    assert "the caller cuts in once" in page
    assert f'<s class="faint" title="Not heard">{NOT_HEARD}</s>' in page
    assert "after 910 ms" in page
    assert "hung up" in page
    assert "3 min" in page
    assert "$0.028" in page, "the sum of what it is made of"
    assert "reckoned" not in page, "the carrier said who spoke when"
    assert encode(Prefix.CALL, call_id) in alice_client.get("/calls/?state=ended").content.decode()


def test_a_call_under_way_is_live(cast: Cast, alice_client: Client, call_id: UUID) -> None:
    assert "data-live" not in shown(alice_client, call_id)
    with tenant_scope(cast.acme.tenant_id):
        Call.objects.filter(id=call_id).update(state="talking", ended_at=None)
    assert 'data-live="calls conversations"' in shown(alice_client, call_id)


def test_whom_it_was_put_through_to_is_shown(cast: Cast, alice_client: Client, call_id: UUID) -> None:
    now = timezone.now()
    with tenant_scope(cast.acme.tenant_id):
        CallTransfer.objects.create(
            call_id=call_id,
            callee="+4930765432",
            is_announced=True,
            outcome="joined",
            joined_at=now - timedelta(seconds=75),
            ended_at=now,
        )
    assert "+4930765432</span><br>talked 1:15" in shown(alice_client, call_id)


def test_the_lanes_are_what_the_carrier_told(cast: Cast, call_id: UUID) -> None:
    talk_in(call_id, cast.acme.tenant_id)
    story = get_call_story(tenant_id=cast.acme.tenant_id, call_id=call_id, with_unheard=False)
    lanes = timeline_of(story)
    assert lanes
    assert [round(bar.left * story.length_ms / 100) for bar in lanes.caller] == [6_100, 21_900, 30_600]
    assert len(lanes.agent) == 4, "the greeting, too"
    assert [round(cut * story.length_ms / 100) for cut in lanes.cuts] == [30_650]
    assert [line.answer_ms for line in story.lines if line.turn] == [640, 910, 720]
    assert not any(line.unheard for line in story.lines), "only traces keep it"


def test_without_the_carrier_s_word_lanes_are_reckoned_and_stop_where_the_caller_cut_in(
    cast: Cast, alice_client: Client, call_id: UUID
) -> None:
    talk_in(call_id, cast.acme.tenant_id, has_events=False)
    story = get_call_story(tenant_id=cast.acme.tenant_id, call_id=call_id, with_unheard=True)
    ends = [each.end_ms for each in story.stretches if not each.is_caller]
    assert ends[1] <= 30_650
    assert all(each.is_reckoned and each.end_ms > each.begin_ms for each in story.stretches)
    assert "reckoned from the words" in shown(alice_client, call_id)


def test_what_was_not_heard_is_gone_with_the_trace(cast: Cast, alice_client: Client, call_id: UUID) -> None:
    talk_in(call_id, cast.acme.tenant_id)
    with tenant_scope(cast.acme.tenant_id):
        Span.objects.all().delete()
    page = shown(alice_client, call_id)
    assert "Not heard" not in page
    assert "cut off" in page


def test_an_empty_call_and_a_stranger_s(cast: Cast, alice_client: Client, call_id: UUID) -> None:
    assert "Nobody spoke in this call" in shown(alice_client, call_id)
    assert alice_client.get(f"/calls/{encode(Prefix.CALL, cast.acme.tenant_id)}/").status_code == 404


@pytest.mark.parametrize(
    ("whole", "heard", "rest"),
    [
        ("One [1]. Two three.", "One. Two", "three."),
        ("One two.", "", "One two."),
        ("One.", "One. More than there is.", ""),
        ("", "Heard", ""),
    ],
)
def test_the_rest_is_what_comes_after_the_heard_words(whole: str, heard: str, rest: str) -> None:
    assert unheard(whole, heard) == rest


def test_a_call_of_a_campaign_leads_to_it(cast: Cast, alice_client: Client, call_id: UUID) -> None:
    assert "Campaign:" not in shown(alice_client, call_id)
    with tenant_scope(cast.acme.tenant_id):
        call = Call.objects.select_related("conversation").get(id=call_id)
        campaign = Campaign.objects.create(name="Renewals & more", phone_id=call.phone_id, opening="Hello.")
        member = CampaignMember.objects.create(campaign=campaign, contact_id=call.conversation.contact_id)
        CampaignAttempt.objects.create(member=member, call=call, number=1)
    page = shown(alice_client, call_id)
    assert "Campaign: Renewals &amp; more" in page
    assert f'href="/campaigns/{encode(Prefix.CAMPAIGN, campaign.id)}/"' in page
    assert campaign_of_call(tenant_id=cast.other.tenant_id, call_id=call_id) is None


@pytest.mark.parametrize(("is_success", "counted"), [(True, (1, 1)), (False, (1, 0)), (None, (0, 0))])
def test_a_campaign_counts_the_calls_that_were_a_success(
    cast: Cast, alice_client: Client, call_id: UUID, is_success: bool | None, counted: tuple[int, int]
) -> None:
    with tenant_scope(cast.acme.tenant_id):
        call = Call.objects.select_related("conversation").get(id=call_id)
        campaign = Campaign.objects.create(name="Renewals", phone_id=call.phone_id, opening="Hello.", state="running")
        member = CampaignMember.objects.create(campaign=campaign, contact_id=call.conversation.contact_id)
        CampaignAttempt.objects.create(member=member, call=call, number=1)
        CallAnalysis.objects.create(call=call, agent_version=1, is_success=is_success)
    found = get_progress(tenant_id=cast.acme.tenant_id, campaign_id=campaign.id)
    assert (found.judged, found.successes) == counted
    page = alice_client.get(f"/campaigns/{encode(Prefix.CAMPAIGN, campaign.id)}/").content.decode()
    assert ("of 1 calls that were read" in page) is bool(counted[0])
