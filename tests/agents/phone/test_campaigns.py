"""Campaigns: many calls, each through the door of a single one; nobody twice, nobody at night, nobody after a pause."""

import contextlib
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from agents.channels.phone import carriers, switchboard
from agents.channels.phone.calls import Line, end_call, find_line, note_status, take_up
from agents.channels.phone.campaigns.adding import Row, add_members, rows_of_csv
from agents.channels.phone.campaigns.checking import check_campaign
from agents.channels.phone.campaigns.dialling import advance_campaign, ring_due_campaigns
from agents.channels.phone.campaigns.running import (
    cancel_campaign,
    pause_campaign,
    resume_campaign,
    start_campaign,
)
from agents.channels.phone.campaigns.windows import next_open, read_windows
from agents.channels.phone.campaigns.writing import CampaignSettings, create_campaign
from agents.channels.phone.carriers import CarrierBusy, Twilio
from agents.channels.phone.frames import Setup
from agents.channels.phone.machines import meet_machine
from agents.channels.phone.outgoing import answer_outgoing, place_call
from agents.channels.phone.permission import refuse_calls, set_call_permission
from agents.errors import CampaignNotFound, CampaignNotReady, InvalidCampaign
from agents.models import Call, Campaign, CampaignAttempt, CampaignMember, Message
from agents.selectors.campaigns import get_progress
from agents.services.phone import add_phone_number
from billing.company_budget import set_company_budget
from ingestion.contacts.merging import merge_contacts
from ingestion.contacts.services import Identity, create_contact
from rapport.config import get_config
from rapport.errors import RateLimited
from rapport.events.inline import deliver_now
from rapport.events.models import OutboxEvent
from rapport.ids import Prefix, encode
from rapport.ratelimits.buckets import Limit
from rapport.ratelimits.models import TokenBucket
from tenants.actors import SYSTEM, visitor_actor
from tenants.api_keys import create_api_key
from tenants.context import tenant_scope
from tests.agents.api.conftest import Caller
from tests.agents.phone.outgoing_carrier import PAUSE_SECONDS, OutgoingCarrier
from tests.agents.phone.peers import Peer, on_both
from tests.agents.phone.test_outgoing import PACE, contact, state
from tests.cast import Cast

FAST = Limit("calls-out-fast", per_minute=60_000, burst=1000)


@pytest.fixture
def line(cast: Cast, peer: Peer) -> Line:
    settings = peer.settings(cast.acme.agent_id, voicemail="hang_up")
    number_id = add_phone_number(tenant_id=cast.acme.tenant_id, number="+493012345678", settings=settings, actor=SYSTEM)
    found = find_line(tenant_id=cast.acme.tenant_id, number_id=number_id)
    assert found
    return found


class Switchboard:
    """A carrier that takes every call; with `dies` its worker is killed after it asked."""

    def __init__(self, *, dies: bool = False) -> None:
        self.orders: list[carriers.Order] = []
        self.dies = dies

    def place(self, order: carriers.Order) -> str:
        self.orders.append(order)
        if self.dies:
            raise KeyboardInterrupt
        return f"CA{len(self.orders)}"

    def redirect(self, account: carriers.Account, call_id: str, document: bytes) -> None:
        pass


class Ran:
    """A campaign, and what a worker does for it."""

    def __init__(self, line: Line, contacts: list[UUID], **settings: Any) -> None:
        self.line, self.contacts, self.carrier = line, contacts, Switchboard()
        told: dict[str, Any] = {
            "name": "May",
            "number_id": line.number_id,
            "opening": "Hello, this is Acme's assistant.",
        } | settings
        told.setdefault("calls_per_minute", 60)
        self.id = create_campaign(tenant_id=line.tenant_id, settings=CampaignSettings(**told), actor=SYSTEM)
        self.add(contacts)

    def add(self, contacts: list[UUID], **variables: str) -> Any:
        rows = [Row(place, "", each, variables=variables) for place, each in enumerate(contacts, 1)]
        return add_members(tenant_id=self.line.tenant_id, campaign_id=self.id, rows=rows, actor=SYSTEM)

    @property
    def of_it(self) -> dict[str, Any]:
        return {"tenant_id": self.line.tenant_id, "campaign_id": self.id}

    def start(self) -> "Ran":
        calls = check_campaign(**self.of_it).calls
        start_campaign(**self.of_it, calls=calls, actor=SYSTEM)
        return self

    def go(self) -> int:
        """As often as its pace lets it."""
        before = self.calls()
        for _ in range(30):
            TokenBucket.objects.all().delete()
            with contextlib.suppress(RateLimited):
                if not advance_campaign(**self.of_it):
                    break
        return self.calls() - before

    def calls(self) -> int:
        with tenant_scope(self.line.tenant_id):
            return Call.objects.count()

    def dial(self) -> list[UUID]:
        """All that wait to be dialled."""
        with tenant_scope(self.line.tenant_id):
            queued = list(Call.objects.filter(state="queued").order_by("id").values_list("id", flat=True))
        for call_id in queued:
            place_call(tenant_id=self.line.tenant_id, call_id=call_id, carrier=self.carrier, pace=FAST)
        return queued

    def end(self, call_id: UUID, reason: str, *, seconds: int | None = 0) -> None:
        end_call(tenant_id=self.line.tenant_id, call_id=call_id, reason=reason, seconds=seconds)

    def member(self, contact_id: UUID) -> CampaignMember:
        with tenant_scope(self.line.tenant_id):
            return CampaignMember.objects.get(campaign_id=self.id, contact_id=contact_id)

    def standing(self, contact_id: UUID) -> tuple[str, str]:
        member = self.member(contact_id)
        return member.state, member.outcome

    def state(self) -> tuple[str, str]:
        with tenant_scope(self.line.tenant_id):
            return Campaign.objects.values_list("state", "pause_reason").get(id=self.id)

    def later(self, **ago: int) -> None:
        """So much time passes."""
        with tenant_scope(self.line.tenant_id):
            for each in CampaignMember.objects.exclude(next_at=None):
                CampaignMember.objects.filter(id=each.id).update(next_at=each.next_at - timedelta(**ago))  # type: ignore[operator]
            for call in Call.objects.exclude(ended_at=None):
                Call.objects.filter(id=call.id).update(ended_at=call.ended_at - timedelta(**ago))  # type: ignore[operator]


def people(line: Line, count: int) -> list[UUID]:
    return [contact(line, f"+49157000001{place:02}") for place in range(count)]


def test_each_outcome_is_tried_again_by_its_rule_and_who_was_reached_never(line: Line) -> None:
    rules = {
        "busy": {"times": 1, "after_minutes": 15},
        "no_answer": {"times": 2, "after_minutes": 120},
        "failed": {"times": 0, "after_minutes": 5},
    }
    who = people(line, 5)
    ran = Ran(line, who, retries=rules, most_at_once=5).start()
    assert ran.go() == 5
    for call_id, reason in zip(ran.dial(), ("hung_up", "busy", "no_answer", "failed", "voicemail"), strict=True):
        ran.end(call_id, reason, seconds=61 if reason == "hung_up" else 0)
    assert [ran.standing(each) for each in who] == [
        ("done", "reached"),
        ("waiting", "busy"),
        ("waiting", "no_answer"),
        ("done", "failed"),
        ("done", "voicemail"),
    ]
    assert ran.go() == 0, "not yet"
    ran.later(minutes=16)
    assert ran.go() == 1
    [again] = ran.dial()
    ran.end(again, "busy")
    assert ran.standing(who[1]) == ("done", "busy"), "once more was once"
    ran.later(minutes=120)
    assert ran.go() == 1
    ran.end(ran.dial()[0], "silent", seconds=20)
    assert ran.standing(who[2]) == ("done", "reached")
    assert ran.go() == 0
    assert ran.state() == ("running", ""), "the carrier may yet say more of the last call"
    ran.later(minutes=3)
    assert ring_due_campaigns(tenant_id=line.tenant_id) == 1
    ran.go()
    assert ran.state() == ("finished", "")
    assert len(ran.carrier.orders) == 7
    progress = get_progress(**ran.of_it)
    assert (progress.reached, progress.no_answer, progress.failed, progress.voicemail) == (2, 1, 1, 1)


def test_a_verdict_that_comes_late_makes_a_retry_right_or_cancels_it(line: Line) -> None:
    who = people(line, 2)
    ran = Ran(line, who, most_at_once=2).start()
    ran.go()
    first, second = ran.dial()
    ran.end(first, "hung_up", seconds=9)
    assert ran.standing(who[0]) == ("done", "reached")
    told: dict[str, Any] = {"call_id": first, "carrier_id": "CA1", "carrier": ran.carrier}
    assert not meet_machine(line, answered_by="machine_start", **told), "it is over: nothing is hung up on"
    assert ran.standing(who[0]) == ("waiting", "voicemail")
    ran.end(second, "lost", seconds=None)
    assert ran.standing(who[1]) == ("waiting", "failed")
    ran.later(hours=5)
    ran.go()
    note_status(line, carrier_id="CA2", status="completed", seconds=61, call_id=second)
    assert ran.standing(who[1]) == ("done", "reached")
    ran.dial()
    assert [each.callee for each in ran.carrier.orders[2:]] == ["+4915700000100"], "its retry was withdrawn"


def test_a_pause_stops_at_once_and_lets_calls_under_way_end(line: Line) -> None:
    who = people(line, 4)
    ran = Ran(line, who, most_at_once=2).start()
    assert ran.go() == 2
    with tenant_scope(line.tenant_id):
        under_way, queued = Call.objects.order_by("id").values_list("id", flat=True)
    place_call(tenant_id=line.tenant_id, call_id=under_way, carrier=ran.carrier, pace=FAST)
    pause_campaign(**ran.of_it, actor=SYSTEM)
    assert (state(line, under_way), state(line, queued)) == (("dialling", ""), ("ended", "refused"))
    assert (ran.dial(), ran.go(), len(ran.carrier.orders)) == ([], 0, 1)
    assert ran.standing(who[1]) == ("waiting", ""), "nobody rang there: it counts for nothing"
    ran.end(under_way, "hung_up", seconds=30)
    assert ran.standing(who[0]) == ("done", "reached")
    with pytest.raises(CampaignNotReady):
        pause_campaign(**ran.of_it, actor=SYSTEM)
    resume_campaign(**ran.of_it, actor=SYSTEM)
    assert ran.go() == 2
    ran.dial()
    cancel_campaign(**ran.of_it, actor=SYSTEM)
    assert ran.standing(who[3]) == ("done", "not_called")
    assert ran.standing(who[2])[0] == "calling"
    with tenant_scope(line.tenant_id):
        last = CampaignAttempt.objects.get(member__contact_id=who[2]).call_id
    ran.end(last, "busy")
    assert ran.standing(who[2]) == ("done", "busy"), "nobody is tried again"


def test_a_call_that_waits_for_its_turn_when_the_campaign_is_paused_is_not_dialled(line: Line) -> None:
    ran = Ran(line, people(line, 1)).start()
    ran.go()
    with tenant_scope(line.tenant_id):
        Campaign.objects.update(state="paused")  # between two statements of the worker that dials
    [call_id] = ran.dial()
    assert (ran.carrier.orders, state(line, call_id)) == ([], ("ended", "refused"))


def test_a_worker_that_is_killed_dials_nobody_twice_for_one_attempt(line: Line) -> None:
    who = people(line, 1)
    ran = Ran(line, who).start()
    ran.go()
    ran.carrier.dies = True
    with pytest.raises(KeyboardInterrupt):
        ran.dial()
    ran.carrier.dies = False
    assert (ran.dial(), ran.go(), len(ran.carrier.orders)) == ([], 0, 1)
    assert ran.standing(who[0]) == ("calling", "")
    with tenant_scope(line.tenant_id):
        assert [each.number for each in CampaignAttempt.objects.all()] == [1]


def test_who_may_not_be_called_is_left_out_and_said_why(line: Line) -> None:
    good, merged, twin, wish, silent = people(line, 5)
    merge_contacts(tenant_id=line.tenant_id, contact_id=twin, into_id=merged, actor=SYSTEM)
    nobody, _ = create_contact(tenant_id=line.tenant_id, identity=Identity(email="a@b.example"), actor=SYSTEM)
    refuse_calls(tenant_id=line.tenant_id, contact_id=wish, by="said", actor=visitor_actor(wish))
    set_call_permission(tenant_id=line.tenant_id, contact_id=silent, consent_source="", actor=SYSTEM)
    ran = Ran(line, [good, merged, twin, wish, silent, nobody, good])
    check = check_campaign(**ran.of_it)
    assert check.calls == 2
    assert check.left_out == {"do_not_call": 1, "call_consent_missing": 1, "contact_has_no_number": 1}
    assert check.estimate_micros is None, "nobody has said what a minute costs"
    with pytest.raises(CampaignNotReady, match="By now 2"):
        start_campaign(**ran.of_it, calls=3, actor=SYSTEM)
    ran.start()
    refuse_calls(tenant_id=line.tenant_id, contact_id=good, by="company", actor=SYSTEM)
    ran.go()
    ran.dial()
    assert [each.callee for each in ran.carrier.orders] == ["+4915700000101"]
    assert ran.standing(good) == ("done", "refused")
    assert ran.member(good).reason == "do_not_call"


def test_a_row_with_a_missing_variable_is_refused_and_nothing_is_spoken_as_a_brace(line: Line) -> None:
    who = people(line, 2)
    table = (
        "Phone;first name;city\n+4915700000100;Ada;Bonn\n+4915700000101;;Köln\n"
        "+4999;Bo;Ulm\n0157;Bo;Ulm\n;x;y\n+4915700000100;Ada;Bonn\n"
    )
    ran = Ran(line, [], opening="Hello {{ first_name }} in {{city}}.", instructions="They live in {{ city }}.")
    rows = rows_of_csv(table)
    added = add_members(**ran.of_it, rows=rows, actor=SYSTEM)
    assert (added.added, added.already) == (1, 1)
    assert [(each.row, each.reason.split(":")[0]) for each in added.refused] == [
        (2, "A variable is missing"),
        (3, "Write the phone number with its country code, for example +491712345678."),
        (4, "Write the phone number with its country code, for example +491712345678."),
        (5, "The row has none of contact_id, phone, email, external_id."),
    ]
    ran.start().go()
    [call_id] = ran.dial()
    word = answer_outgoing(line, call_id=call_id, carrier_id="CA1")
    session = take_up(line, Setup("VX1", "CA1", line.account_id, {"token": word}))
    assert session.instructions.endswith("Hello Ada in Bonn.\nThey live in Bonn.")
    with tenant_scope(line.tenant_id):
        assert Message.objects.get().text == "Hello Ada in Bonn."
    assert ran.standing(who[0]) == ("calling", "")
    for bad in ("Hello {{ First }}", "Hello {name}", "{{ a }} }}", "{% if %}"):
        with pytest.raises(InvalidCampaign):
            Ran(line, [], opening=bad)


WEEKDAYS = [{"days": [1, 2, 3, 4, 5], "from": "09:00", "until": "17:00"}]


@pytest.mark.parametrize(
    ("zones", "at", "opens"),
    [
        (["Europe/Berlin"], datetime(2026, 3, 27, 15, 59, tzinfo=UTC), datetime(2026, 3, 27, 15, 59, tzinfo=UTC)),
        # Friday at five by summer's eve; on Monday nine o'clock is an hour earlier
        (["Europe/Berlin"], datetime(2026, 3, 27, 16, 0, tzinfo=UTC), datetime(2026, 3, 30, 7, 0, tzinfo=UTC)),
        (["Europe/Berlin"], datetime(2026, 10, 23, 15, 0, tzinfo=UTC), datetime(2026, 10, 26, 8, 0, tzinfo=UTC)),
        (["America/New_York"], datetime(2026, 10, 31, 15, 0, tzinfo=UTC), datetime(2026, 11, 2, 14, 0, tzinfo=UTC)),
        # in both: when it is nine in Los Angeles it is noon in New York
        (
            ["America/New_York", "America/Los_Angeles"],
            datetime(2026, 7, 1, 14, 0, tzinfo=UTC),
            datetime(2026, 7, 1, 16, 0, tzinfo=UTC),
        ),
        (["Europe/Berlin", "Pacific/Auckland"], datetime(2026, 7, 1, 14, 0, tzinfo=UTC), None),
    ],
)
def test_windows_are_read_off_the_callee_s_wall(zones: list[str], at: datetime, opens: datetime | None) -> None:
    assert next_open(zones, read_windows(WEEKDAYS), at) == opens


def test_outside_its_window_nobody_is_called_and_who_waits_is_put_off(line: Line) -> None:
    who = people(line, 1)
    today = timezone.now()
    tomorrow = (today + timedelta(days=2)).isoweekday()
    ran = Ran(line, who, windows=[{"days": [tomorrow], "from": "08:00", "until": "21:00"}]).start()
    assert ran.go() == 0
    due = ran.member(who[0]).next_at
    assert due is not None
    assert timedelta(days=1) < due - today < timedelta(days=3)


def test_a_company_at_its_limit_pauses_with_the_reason(line: Line) -> None:
    ran = Ran(line, people(line, 1)).start()
    set_company_budget(tenant_id=line.tenant_id, month_micros=0, actor=SYSTEM)
    assert ran.go() == 0
    assert ran.state() == ("paused", "budget")


def test_its_pace_is_its_own_below_the_carrier_s(line: Line) -> None:
    ran = Ran(line, people(line, 3), most_at_once=3, calls_per_minute=1).start()
    assert advance_campaign(**ran.of_it) == 1
    with pytest.raises(RateLimited) as refusal:
        advance_campaign(**ran.of_it)
    with tenant_scope(line.tenant_id):
        rung = [each for each in OutboxEvent.objects.all() if "campaign.moved" in str(each.payload)]
    assert len(rung) == 2, "at the start, and after the first call"
    assert 50 < (refusal.value.retry_after_seconds or 0) <= 60
    with tenant_scope(line.tenant_id):
        assert Call.objects.count() == 1


@on_both
def test_at_a_carrier_whose_webhooks_say_how_each_call_ended(line: Line, carrier: OutgoingCarrier, peer: Peer) -> None:
    """Over HTTP both ways, one a second as the carrier wants it, and told twice and late."""
    who = people(line, 3)
    ran = Ran(line, who, most_at_once=3).start()
    ran.go()
    with tenant_scope(line.tenant_id):
        calls = list(Call.objects.order_by("id").values_list("id", flat=True))
    for call_id in calls:
        while state(line, call_id)[0] == "queued":
            with contextlib.suppress(CarrierBusy):
                place_call(tenant_id=line.tenant_id, call_id=call_id, carrier=carrier.api, pace=PACE)
    assert len(carrier.placed) == 3

    def tell(place: int, status: str, seconds: str = "0") -> None:
        url = carrier.placed[place]["StatusCallback"]
        with tenant_scope(line.tenant_id):
            carrier_id = Call.objects.values_list("carrier_id", flat=True).get(id=calls[place])
        told: dict[str, Any] = {"CallSid": carrier_id, "CallStatus": status, "CallDuration": seconds}
        answer = peer.post(url.removeprefix(get_config().public_url), **told)
        assert answer.status_code == 204

    for place, status in ((0, "completed"), (1, "busy"), (2, "no-answer"), (1, "ringing"), (1, "busy")):
        tell(place, status, "61" if status == "completed" else "0")
    assert [ran.standing(each) for each in who] == [("done", "reached"), ("waiting", "busy"), ("waiting", "no_answer")]
    with tenant_scope(line.tenant_id):
        assert CampaignAttempt.objects.count() == 3


def test_what_is_started_is_dialled_by_the_workers(
    line: Line, carrier: OutgoingCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By events alone: the start rings the campaign, its calls ring their carrier, their endings ring it again."""
    monkeypatch.setattr(switchboard, "Twilio", partial(Twilio, carrier.url))
    ran = Ran(line, people(line, 2), most_at_once=1).start()
    for place in range(2):
        deliver_now()
        assert len(carrier.placed) == place + 1
        with tenant_scope(line.tenant_id):
            last = Call.objects.latest("id").id
        TokenBucket.objects.all().delete()  # its minute's share, and the carrier's second
        time.sleep(PAUSE_SECONDS)
        ran.end(last, "hung_up", seconds=61)
    deliver_now()
    ran.later(minutes=3)
    assert ring_due_campaigns(tenant_id=line.tenant_id) == 1
    deliver_now()
    assert ran.state() == ("finished", "")


def test_strangers_find_nothing(cast: Cast, line: Line) -> None:
    ran = Ran(line, people(line, 1))
    theirs = {"tenant_id": cast.other.tenant_id, "campaign_id": ran.id}
    asked: list[Callable[[], object]] = [
        lambda: check_campaign(**theirs),
        lambda: start_campaign(**theirs, calls=1, actor=SYSTEM),
        lambda: pause_campaign(**theirs, actor=SYSTEM),
        lambda: add_members(**theirs, rows=[Row(1, "", ran.contacts[0])], actor=SYSTEM),
        lambda: get_progress(**theirs),
    ]
    for each in asked:
        with pytest.raises(CampaignNotFound):
            each()
    assert advance_campaign(**theirs) == 0


def test_by_api(cast: Cast, line: Line) -> None:
    who = people(line, 2)
    scopes = ["contacts.read", "conversations.read", "conversations.write"]
    key = create_api_key(tenant_id=line.tenant_id, name="Calls", scopes=scopes, actor=SYSTEM)
    api = Caller(Client(), Authorization=f"Bearer {key.secret}")
    body = {"name": "May", "phone_number_id": encode(Prefix.PHONE_NUMBER, line.number_id), "opening": "Hi {{ city }}."}
    made = api.post("/v1/campaigns", body).json()
    assert (made["state"], made["retries"]["busy"]) == ("draft", {"times": 2, "after_minutes": 15})
    url = f"/v1/campaigns/{made['id']}"
    contacts = [
        {"phone": "+4915700000100", "variables": {"city": "Bonn"}},
        {"contact_id": encode(Prefix.CONTACT, who[1])},
    ]
    added = api.post(f"{url}/members", {"contacts": contacts}).json()
    assert added == {
        "added": 1,
        "already": 0,
        "refused": [{**added["refused"][0], "row": 2, "reason": "A variable is missing: city."}],
    }
    table = f"external_id,phone,city\n,+4915700000101,Ulm\n{'x' * 3},,Kiel\n"
    assert api.post(f"{url}/members", {"csv": table}).json()["added"] == 1
    assert api.post(f"{url}/members", {"csv": table, "filter": {}}).status_code == 400
    assert (
        api.patch(url, {"windows": [{"days": [8], "from": "09:00", "until": "10:00"}]}).json()["error"]["param"]
        == "windows"
    )
    assert api.patch(url, {"most_at_once": 2}).json()["most_at_once"] == 2
    assert api.get(f"{url}/check").json()["calls"] == 2
    assert api.post(f"{url}/start", {"calls": 1}).json()["error"]["code"] == "campaign_not_ready"
    assert api.post(f"{url}/start", {"calls": 2}).json()["state"] == "running"
    assert api.get(f"{url}/progress").json()["waiting"] == 2
    assert api.post(f"{url}/pause", {}).json()["pause_reason"] == "asked"
    assert api.post(f"{url}/resume", {}).json()["state"] == "running"
    assert api.post(f"{url}/cancel", {}).json()["state"] == "cancelled"
    rows = api.get(f"{url}/members?group=not_called").json()["data"]
    assert [each["variables"] for each in rows] == [{"city": "Bonn"}, {"city": "Ulm"}]
    assert api.patch(url, {"name": "June"}).status_code == 409
