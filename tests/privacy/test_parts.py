"""A message or a conversation is erased alone: what was made of it and what repeats it goes, and nothing else does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from agents.errors import ContextErased
from agents.feedback.rating import Judge, Opinion, rate_answer
from agents.inbox.notes import add_note
from agents.llm.port import ChatEvent, ChatRequest
from agents.memory.happenings import keep_tool_results
from agents.models import (
    CachedAnswer,
    Conversation,
    Episode,
    EpisodeSegment,
    Fact,
    Judgement,
    Message,
    Span,
    ToolRun,
    Turn,
)
from agents.runtime.turn import answer_turn
from agents.selectors import get_memory_graph
from agents.services import post_message, start_conversation
from agents.tracing import names
from ingestion.contacts.services import ensure_contact
from ingestion.models import Contact
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent
from rapport.ids import new_id
from rapport.streams.registry import get_stream_store
from tenants.actors import user_actor, visitor_actor
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tenants.privacy import emptying
from tenants.privacy.erasure import run_erasure
from tenants.privacy.errors import NothingToErase
from tenants.privacy.models import Erasure, ErasureKind, ErasureState
from tenants.privacy.parts import request_part_erasure
from tenants.privacy.receipts import Finding, verify
from tests.agents.scripted import quote_first, scripted_parts
from tests.cast import Cast
from tests.privacy.conftest import places_with

WORD = "numbat"
SECRET = f"My name is {WORD.title()} and my order number is {WORD.upper()}-4711."


@dataclass(frozen=True)
class Person:
    """A contact who talks."""

    cast: Cast
    contact_id: UUID

    @property
    def tenant_id(self) -> UUID:
        return self.cast.acme.tenant_id

    def begin(self) -> UUID:
        return start_conversation(
            tenant_id=self.tenant_id,
            agent_id=self.cast.acme.agent_id,
            contact_id=self.contact_id,
            actor=visitor_actor(self.contact_id),
        )

    def ask(self, conversation_id: UUID, text: str) -> tuple[UUID, UUID]:
        posted = post_message(
            tenant_id=self.tenant_id,
            conversation_id=conversation_id,
            text=text,
            idempotency_key=str(new_id()),
            actor=visitor_actor(self.contact_id),
        )
        return posted.message_id, posted.turn_id

    def say(self, conversation_id: UUID, text: str, answer: str = "We deliver in two days.") -> UUID:
        """And it is answered with these words, if memory does not answer. Returns the message's id."""
        message_id, turn_id = self.ask(conversation_id, text)
        answer_turn(tenant_id=self.tenant_id, turn_id=turn_id, parts=scripted_parts(texts=(answer,)))
        deliver_now()
        return message_id

    def erase(self, kind: ErasureKind, part_id: UUID) -> UUID:
        actor = user_actor(self.cast.alice.id)
        return request_part_erasure(tenant_id=self.tenant_id, kind=kind, part_id=part_id, actor=actor)


@pytest.fixture
def person(cast: Cast) -> Person:
    return Person(cast, ensure_contact(tenant_id=cast.acme.tenant_id, external_id="someone"))


def row_of(person: Person, erasure_id: UUID) -> Erasure:
    with tenant_scope(person.tenant_id):
        return Erasure.objects.get(id=erasure_id)


def texts_of(person: Person) -> list[str]:
    with tenant_scope(person.tenant_id):
        rows = Message.objects.filter(conversation__contact_id=person.contact_id).order_by("created_at")
        return list(rows.values_list("text", flat=True))


def left_everywhere(person: Person, first: UUID, message_id: UUID) -> None:
    """What is made of a message, and copies of it where people and later answers put them."""
    second = person.begin()
    person.say(second, "What is my order number?")
    person.say(second, "And when does it come?", f"Your parcel {WORD}-4711 comes on Monday.")
    person.say(first, "Do you deliver on Sundays?")
    add_note(
        tenant_id=person.tenant_id,
        conversation_id=second,
        text=f"Looks for {WORD}-4711",
        actor=user_actor(person.cast.alice.id),
    )
    with tenant_scope(person.tenant_id):
        turn = Turn.objects.get(question_id=message_id)
        CachedAnswer.objects.create(
            key="0" * 64, turn_id=turn.id, agent_id=person.cast.acme.agent_id, question=SECRET, text="Noted."
        )
        later = Turn.objects.filter(question__text="Do you deliver on Sundays?").get()
        for judged, reason in ((turn, "Short."), (later, f"Says nothing of {WORD}-4711.")):
            Judgement.objects.create(
                conversation_id=first,
                turn=judged,
                agent_id=person.cast.acme.agent_id,
                agent_version=1,
                grounded=1,
                relevant=1,
                complete=0,
                reason=reason,
            )
        page = {"order": f"{WORD}-4711"}
        Conversation.objects.filter(id=first).update(page_context=page)
        Turn.objects.filter(id=later.id).update(asked={"page": page})
        span = Span.objects.filter(trace__turn_id=later.id).first()
        assert span
        span.attributes = {**span.attributes, names.QUERY_TEXT: f"Does {WORD}-4711 come on Sunday?"}
        span.save()


def test_of_a_message_nothing_is_left_and_of_others_nothing_is_lost(cast: Cast, person: Person) -> None:
    other = Person(cast, ensure_contact(tenant_id=cast.acme.tenant_id, external_id="another"))
    kept = other.say(other.begin(), "My order number is BILBY-1234.")
    first = person.begin()
    person.say(first, "I live in Bergen.")
    message_id = person.say(first, SECRET, f"Thank you, {WORD}, I see it.")
    left_everywhere(person, first, message_id)
    held = places_with(WORD, person.tenant_id)
    assert held >= {
        "agents.Message", "agents.Episode", "agents.Fact", "agents.Span", "agents.CachedAnswer",
        "agents.ConversationNote", "ingestion.Contact", "agents.Conversation", "agents.Turn", "agents.Judgement",
    }  # fmt: skip
    erasure_id = person.erase(ErasureKind.MESSAGE, message_id)
    deliver_now()
    assert places_with(WORD, person.tenant_id) == set()
    row = row_of(person, erasure_id)
    assert (row.state, row.work, verify(row.receipt)) == (ErasureState.DONE, {}, Finding.OURS)
    counts = {each["name"]: each for each in row.receipt["stores"]}
    assert all(each["after"] == 0 for each in counts.values())
    assert counts["agents.Message"]["before"] == 5  # it, its answer, two that repeat it, and one whose page did
    assert {"streams", "vectors", "graph", "agents.EpisodeSegment"} <= counts.keys()
    assert counts["streams"]["before"]
    said = texts_of(person)
    assert "I live in Bergen." in said
    assert "Do you deliver on Sundays?" in said
    assert "We deliver in two days. [1]" in said
    with tenant_scope(person.tenant_id):
        values = set(Fact.objects.filter(contact_id=person.contact_id, status="active").values_list("value", flat=True))
        assert values == {"Bergen"}
        assert Contact.objects.get(id=person.contact_id).name == ""
        assert Message.objects.filter(id=kept).exists()
        assert Fact.objects.filter(value="BILBY-1234", status="active").exists()


def test_an_answer_over_the_graph_goes_with_one_of_its_links(person: Person) -> None:
    first, second = person.begin(), person.begin()
    person.say(first, "I work for Nordwind.")
    message_id = person.say(first, f"Nordwind is based in {WORD.title()}.")
    person.say(second, "Where is the company that I work for?")
    assert f"You work for Nordwind [1]. Nordwind is in {WORD.title()} [2]." in texts_of(person)
    person.erase(ErasureKind.MESSAGE, message_id)
    deliver_now()
    assert places_with(WORD, person.tenant_id) == set()
    graph = get_memory_graph(tenant_id=person.tenant_id, contact_id=person.contact_id)
    assert [each.target for each in graph.relations] == ["company:nordwind"]


def test_what_it_had_ended_holds_again(person: Person) -> None:
    conversation = person.begin()
    person.say(conversation, "I live in Bergen.")
    message_id = person.say(conversation, "I live in Oslo now.")
    person.erase(ErasureKind.MESSAGE, message_id)
    deliver_now()
    with tenant_scope(person.tenant_id):
        assert list(Fact.objects.values_list("value", "status")) == [("Bergen", "active")]


def test_what_is_left_is_found_again(person: Person) -> None:
    conversation = person.begin()
    person.say(conversation, "I live in Bergen.")
    message_id = person.say(conversation, SECRET)
    person.erase(ErasureKind.MESSAGE, message_id)
    deliver_now()
    with tenant_scope(person.tenant_id):
        segment = EpisodeSegment.objects.get(conversation_id=conversation)
        assert segment.turns == Episode.objects.filter(conversation_id=conversation).count() == 2
        assert Conversation.objects.get(id=conversation).subject == "I live in Bergen."


def test_a_whole_conversation_goes_and_the_contact_stays(person: Person) -> None:
    gone, stays = person.begin(), person.begin()
    person.say(gone, SECRET, f"Hello {WORD}.")
    person.say(stays, "I live in Bergen.")
    person.say(stays, "What is my order number?")
    erasure_id = person.erase(ErasureKind.CONVERSATION, gone)
    deliver_now()
    assert places_with(WORD, person.tenant_id) == set()
    row = row_of(person, erasure_id)
    assert verify(row.receipt) is Finding.OURS
    assert next(each for each in row.receipt["stores"] if each["name"] == "agents.Conversation")["before"] == 1
    with tenant_scope(person.tenant_id):
        assert [each.id for each in Conversation.objects.all()] == [stays]
        assert "I live in Bergen." in texts_of(person)


def test_an_answer_under_way_is_made_anew_from_what_is_left(person: Person) -> None:
    conversation = person.begin()
    message_id = person.say(conversation, f"The parcel is {WORD}-4711.")
    _, turn_id = person.ask(conversation, "When does it come?")
    seen: list[str] = []

    def erased_meanwhile(request: ChatRequest) -> Iterator[ChatEvent]:
        seen.append(" ".join(each.text for each in request.history))
        if len(seen) == 1:
            run_erasure(tenant_id=person.tenant_id, erasure_id=person.erase(ErasureKind.MESSAGE, message_id))
        yield from quote_first(request)

    parts = scripted_parts(erased_meanwhile, texts=("It comes soon.",))
    with pytest.raises(ContextErased):
        answer_turn(tenant_id=person.tenant_id, turn_id=turn_id, parts=parts)
    answer_turn(tenant_id=person.tenant_id, turn_id=turn_id, parts=parts)
    deliver_now()
    assert WORD in seen[0]
    assert WORD not in seen[1]
    assert "It comes soon. [1]" in texts_of(person)
    assert places_with(WORD, person.tenant_id) == set()
    assert get_stream_store().count_frames(person.tenant_id, [turn_id]) == 0


def test_one_whose_tools_were_called_ends(person: Person) -> None:
    conversation = person.begin()
    message_id = person.say(conversation, f"The parcel is {WORD}-4711.")
    _, turn_id = person.ask(conversation, "When does it come?")

    def called(request: ChatRequest) -> Iterator[ChatEvent]:
        with tenant_scope(person.tenant_id):
            ToolRun.objects.create(
                turn_id=turn_id, step=1, round=1, call_id="c", tool="t", kind="http", arguments=f"{WORD}-4711"
            )
        run_erasure(tenant_id=person.tenant_id, erasure_id=person.erase(ErasureKind.MESSAGE, message_id))
        with tenant_scope(person.tenant_id):  # what comes back from it
            ToolRun.objects.filter(turn_id=turn_id).update(result=f"{WORD}-4711 is in Bergen", state="done")
        keep_tool_results(tenant_id=person.tenant_id, conversation_id=conversation)
        yield from quote_first(request)

    answer_turn(tenant_id=person.tenant_id, turn_id=turn_id, parts=scripted_parts(called, texts=("Soon.",)))
    with tenant_scope(person.tenant_id):
        turn = Turn.objects.filter(id=turn_id).first()
        assert turn is None or (turn.state, turn.error_code) == ("failed", "context_erased")
    assert places_with(WORD, person.tenant_id) == set()


def test_a_question_that_nobody_has_answered_yet(person: Person) -> None:
    message_id, _ = person.ask(person.begin(), f"Where is {WORD}-4711?")
    run_erasure(tenant_id=person.tenant_id, erasure_id=person.erase(ErasureKind.MESSAGE, message_id))
    deliver_now()
    assert places_with(WORD, person.tenant_id) == set()
    assert not InboxEvent.objects.exclude(state="done").exists()


class Died(Exception):
    """As if the worker had been killed there."""


def test_killed_before_and_after_every_step_it_comes_to_its_end(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = person.say(person.begin(), SECRET)
    erasure_id, deaths = person.erase(ErasureKind.MESSAGE, message_id), set[tuple[str, str]]()

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
    while True:
        try:
            run_erasure(tenant_id=person.tenant_id, erasure_id=erasure_id)
            break
        except Died:
            continue
    row = row_of(person, erasure_id)
    assert len(deaths) == 4 * row.total
    assert places_with(WORD, person.tenant_id) == set()
    assert next(each for each in row.receipt["stores"] if each["name"] == "agents.Message")["before"] == 2


def test_asked_twice_it_is_one_and_a_strangers_is_not_found(cast: Cast, person: Person) -> None:
    message_id = person.say(person.begin(), SECRET)
    assert person.erase(ErasureKind.MESSAGE, message_id) == person.erase(ErasureKind.MESSAGE, message_id)
    with pytest.raises(NothingToErase):
        request_part_erasure(
            tenant_id=cast.other.tenant_id,
            kind=ErasureKind.MESSAGE,
            part_id=message_id,
            actor=user_actor(cast.charlie.id),
        )
    deliver_now()
    with pytest.raises(NothingToErase):
        person.erase(ErasureKind.MESSAGE, message_id)
    with tenant_scope(person.tenant_id):
        actions = set(AuditEntry.objects.filter(subject__startswith="msg_").values_list("action", flat=True))
    assert actions >= {"message.erasure_requested", "message.erased"}


def test_words_that_others_say_too_give_nothing_away(cast: Cast, person: Person) -> None:
    """Erasing a question does not take every answer with it that has a word of it."""
    other = Person(cast, ensure_contact(tenant_id=cast.acme.tenant_id, external_id="another"))
    other.say(other.begin(), "When is my delivery?")
    conversation = person.begin()
    message_id = person.say(conversation, "Is the delivery late?")
    person.say(conversation, "And the price?", "The delivery is free.")
    person.erase(ErasureKind.MESSAGE, message_id)
    deliver_now()
    assert texts_of(person) == ["And the price?", "The delivery is free. [1]"]


def test_a_rating_and_what_it_says_goes_with_its_answer(person: Person) -> None:
    message_id = person.say(person.begin(), SECRET)
    with tenant_scope(person.tenant_id):
        answer = Turn.objects.get(question_id=message_id).answer_id
    assert answer
    rate_answer(
        tenant_id=person.tenant_id,
        message_id=answer,
        judge=Judge(visitor_actor(person.contact_id), contact_id=person.contact_id),
        opinion=Opinion(is_good=False, comment=f"{WORD} is wrong"),
    )
    person.erase(ErasureKind.MESSAGE, message_id)
    deliver_now()
    assert places_with(WORD, person.tenant_id) == set()
