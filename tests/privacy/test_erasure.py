"""A contact is forgotten: everywhere, whatever happens meanwhile, and with a receipt. Nobody else is."""

from collections.abc import Callable, Iterator
from uuid import UUID

import pytest

from agents.errors import ConversationNotFound
from agents.llm.port import ChatEvent, ChatRequest
from agents.runtime.turn import answer_turn
from agents.services import start_conversation
from ingestion.contacts.errors import ContactNotFound
from ingestion.contacts.services import ensure_contact
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent
from rapport.streams.registry import get_stream_store
from tenants.actors import user_actor, visitor_actor
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tenants.privacy import emptying
from tenants.privacy.directory import ContactUnknown
from tenants.privacy.erasure import request_erasure, run_erasure
from tenants.privacy.models import Erasure, ErasureState
from tenants.privacy.receipts import Finding, verify
from tenants.privacy.suppression import Known, was_erased
from tests.agents.scripted import quote_first, scripted_parts
from tests.cast import Cast
from tests.privacy.conftest import SECRET, Talk, Talker, frames_of, places_with


def ask(cast: Cast, talker: Talker) -> UUID:
    return request_erasure(tenant_id=talker.tenant_id, contact_id=talker.contact_id, actor=user_actor(cast.alice.id))


def row_of(talker: Talker) -> Erasure:
    with tenant_scope(talker.tenant_id):
        return Erasure.objects.get(subject_id=talker.contact_id)


HOLDERS = {
    "agents.CachedAnswer", "agents.Conversation", "agents.Episode", "agents.Fact", "agents.Message", "agents.Span",
    "ingestion.Contact", "graph", "vectors",
}  # fmt: skip


def test_everything_goes_and_every_store_was_asked(cast: Cast, talk: Talk) -> None:
    talker = talk()
    assert places_with(SECRET, talker.tenant_id) >= HOLDERS
    assert frames_of(talker)
    ask(cast, talker)
    deliver_now()
    assert places_with(SECRET, talker.tenant_id) == set()
    assert not frames_of(talker)
    row = row_of(talker)
    assert row.state == ErasureState.DONE
    assert row.work == {}
    counts = {each["name"]: each for each in row.receipt["stores"]}
    assert all(each["after"] == 0 for each in counts.values())
    assert counts["agents.Message"]["before"] == 2
    assert {name for name, each in counts.items() if each["before"]} >= {
        *HOLDERS, "streams", "agents.Trace", "agents.Turn", "agents.FactSource", "idempotency.IdempotencyClaim",
        "ratelimits.TokenBucket",
    }  # fmt: skip
    assert len(counts) == row.total


def test_the_receipt_is_signed_and_holds_no_word_of_the_contact(cast: Cast, talk: Talk) -> None:
    talker = talk()
    ask(cast, talker)
    deliver_now()
    receipt = row_of(talker).receipt
    assert verify(receipt) is Finding.OURS
    assert verify({**receipt, "erased": receipt["erased"] + 1}) is Finding.CHANGED
    assert SECRET not in str(receipt).lower()


def test_nobody_else_loses_anything(cast: Cast, talk: Talk) -> None:
    talker, other, stranger = talk(), talk(name="wombat-2"), talk(company=cast.other)
    ask(cast, talker)
    deliver_now()
    for each in (other, stranger):
        assert places_with(SECRET, each.tenant_id) >= HOLDERS
        assert frames_of(each)


def test_a_strangers_contact_is_not_found(cast: Cast, talk: Talk) -> None:
    talker = talk()
    with pytest.raises(ContactUnknown):
        request_erasure(tenant_id=cast.other.tenant_id, contact_id=talker.contact_id, actor=user_actor(cast.charlie.id))


def test_asked_twice_it_is_one_erasure(cast: Cast, talk: Talk) -> None:
    talker = talk()
    first = ask(cast, talker)
    assert ask(cast, talker) == first
    deliver_now()
    run_erasure(tenant_id=talker.tenant_id, erasure_id=first)
    with pytest.raises(ContactUnknown):
        ask(cast, talker)


def test_the_same_call_sent_again_gives_the_same_erasure(cast: Cast, talk: Talk) -> None:
    talker = talk()

    def send() -> UUID:
        actor = user_actor(cast.alice.id)
        return request_erasure(
            tenant_id=talker.tenant_id, contact_id=talker.contact_id, actor=actor, idempotency_key="once"
        )

    first = send()
    deliver_now()
    assert send() == first


class Died(Exception):
    """As if the worker had been killed there."""


def test_killed_before_and_after_every_step_it_comes_to_its_end(
    cast: Cast, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    talker = talk()
    erasure_id, deaths = ask(cast, talker), set[tuple[str, str]]()

    def deadly(act: Callable[..., object], kind: str) -> Callable[..., object]:
        def run(name: str, subject: object) -> object:
            for moment in ("before", "after"):
                outcome = act(name, subject) if moment == "after" else None
                if (step := (f"{moment} {kind}", name)) not in deaths:
                    deaths.add(step)
                    raise Died
            return outcome

        return run

    for kind in ("count", "erase"):
        monkeypatch.setattr(emptying, kind, deadly(getattr(emptying, kind), kind))
    lives = 0
    while True:
        lives += 1
        try:
            run_erasure(tenant_id=talker.tenant_id, erasure_id=erasure_id)
            break
        except Died:
            continue
    row = row_of(talker)
    assert lives == len(deaths) + 1 == 4 * row.total + 1
    assert places_with(SECRET, talker.tenant_id) == set()
    assert row.state == ErasureState.DONE
    assert verify(row.receipt) is Finding.OURS
    assert next(each for each in row.receipt["stores"] if each["name"] == "agents.Message")["before"] == 2


def test_an_answer_that_is_being_written_leaves_nothing(cast: Cast, talk: Talk) -> None:
    talker = talk()
    turn_id = talker.say(f"Where is the {SECRET}?")

    def erased_meanwhile(request: ChatRequest) -> Iterator[ChatEvent]:
        events = quote_first(request)
        yield next(events)
        run_erasure(tenant_id=talker.tenant_id, erasure_id=ask(cast, talker))
        yield from events

    parts = scripted_parts(erased_meanwhile, texts=(f"The {SECRET} is here and there.",))
    answer_turn(tenant_id=talker.tenant_id, turn_id=turn_id, parts=parts)
    deliver_now()
    assert places_with(SECRET, talker.tenant_id) == set()
    assert get_stream_store().count_frames(talker.tenant_id, [turn_id]) == 0
    assert row_of(talker).state == ErasureState.DONE


def test_events_that_come_late_write_nothing_and_fail_nowhere(cast: Cast, talk: Talk) -> None:
    talker = talk()
    talker.say(f"Where is the {SECRET}?")  # asked for, not yet answered
    run_erasure(tenant_id=talker.tenant_id, erasure_id=ask(cast, talker))
    deliver_now()
    assert places_with(SECRET, talker.tenant_id) == set()
    assert not InboxEvent.objects.exclude(state="done").exists()


def test_who_still_has_the_page_open_writes_nothing(cast: Cast, talk: Talk) -> None:
    talker = talk()
    run_erasure(tenant_id=talker.tenant_id, erasure_id=ask(cast, talker))
    with pytest.raises(ConversationNotFound):
        talker.say(SECRET)
    with pytest.raises(ContactNotFound):
        start_conversation(
            tenant_id=talker.tenant_id,
            agent_id=cast.acme.agent_id,
            contact_id=talker.contact_id,
            actor=visitor_actor(talker.contact_id),
        )


def test_what_came_in_between_is_found_by_asking_again(cast: Cast, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that someone wrote to behind our back: it is not called empty, and the next attempt empties it."""
    from tenants.privacy import holdings
    from tenants.privacy.errors import StillThere
    from tenants.privacy.holdings import Store, Subject

    held, late = ["one"], ["two"]

    def erase(subject: Subject) -> None:
        held.clear()

    def count(subject: Subject) -> int:
        if not held and late and row_of(talker).stores.get("vectors", {}).get("after") == 0:
            held.append(late.pop())
        return len(held)

    monkeypatch.setitem(holdings._stores, "aa-late", Store("aa-late", "For this test", count, erase))
    talker = talk()
    erasure_id = ask(cast, talker)
    with pytest.raises(StillThere, match="aa-late"):
        run_erasure(tenant_id=talker.tenant_id, erasure_id=erasure_id)
    assert row_of(talker).state == ErasureState.ERASING
    run_erasure(tenant_id=talker.tenant_id, erasure_id=erasure_id)
    assert row_of(talker).stores["aa-late"] == {"before": 2, "after": 0, "attempts": 2}


def test_the_same_person_may_come_back_as_someone_new(cast: Cast, talk: Talk) -> None:
    talker = talk()
    run_erasure(tenant_id=talker.tenant_id, erasure_id=ask(cast, talker))
    again = talk()
    assert again.external_id == talker.external_id
    assert again.contact_id != talker.contact_id
    assert places_with(SECRET, talker.tenant_id) >= HOLDERS


def test_someone_new_from_the_first_moment_on(cast: Cast, talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also while the stores are still being emptied."""
    talker = talk()
    monkeypatch.setattr(emptying, "erase", _die)
    with pytest.raises(Died):
        run_erasure(tenant_id=talker.tenant_id, erasure_id=ask(cast, talker))
    assert ensure_contact(tenant_id=talker.tenant_id, external_id=talker.external_id) != talker.contact_id


def _die(name: str, subject: object) -> None:
    raise Died


def test_an_identity_is_suppressed_for_what_was_accepted_before(cast: Cast, talk: Talk) -> None:
    talker = talk()
    run_erasure(tenant_id=talker.tenant_id, erasure_id=ask(cast, talker))
    row = row_of(talker)
    known = [Known("external_id", talker.external_id)]
    with tenant_scope(talker.tenant_id):
        assert was_erased(known, since=row.requested_at)
        assert not was_erased(known, since=row.finished_at)
        assert not was_erased([Known("external_id", "someone-else")])
    with tenant_scope(cast.other.tenant_id):
        assert not was_erased(known)


def test_one_that_cannot_go_on_says_so_and_goes_on_when_it_is_tried_again(
    cast: Cast, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rapport.errors import RapportError
    from rapport.events.failed import ALL, replay_failed

    class Refused(RapportError):
        code = "refused"

    def refuse(name: str, subject: object) -> None:
        raise Refused("No.")

    talker = talk()
    ask(cast, talker)
    with monkeypatch.context() as patch:
        patch.setattr(emptying, "erase", refuse)
        deliver_now()
    assert (row_of(talker).state, row_of(talker).error_code) == (ErasureState.STUCK, "refused")
    replay_failed(tenant_id=talker.tenant_id, which=ALL)
    deliver_now()
    assert row_of(talker).state == ErasureState.DONE


def test_the_audit_log_says_who_asked_and_what_came_of_it(cast: Cast, talk: Talk) -> None:
    talker = talk()
    ask(cast, talker)
    deliver_now()
    with tenant_scope(talker.tenant_id):
        actions = AuditEntry.objects.filter(subject__startswith="con_").values_list("action", flat=True)
        assert {"contact.erasure_requested", "contact.erased"} <= set(actions)
