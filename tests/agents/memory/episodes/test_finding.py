"""Past turns are found: of this contact, whatever the channel, at once; and nobody else's."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connections

from agents.memory.episodes import shelves
from agents.models import Episode, EpisodeSegment, EpisodeShelf, Message
from ingestion.contacts.merging import merge_contacts, unmerge_contact
from ingestion.embedding.port import Purpose, Vectors
from ingestion.embedding.state import Held, recall_answering, remember
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.agents.memory.episodes.company import NOW, Memory, WordEmbedder
from tests.cast import Cast

pytestmark = pytest.mark.django_db
DOG = "My dog Bella is afraid of thunder."


def test_a_turn_is_found_in_every_conversation_and_channel(memory: Memory) -> None:
    anna = memory.contact("anna")
    memory.talk(anna, DOG, "Poor Bella.", "The invoice came twice.", "I am sorry.")
    memory.talk(anna, "The boiler leaks again.", "We send someone.", channel="phone")
    found = memory.find(anna, "Which dog do I have?").episodes[0]
    assert (found.text, found.origin, found.channel, found.said_at) == (DOG, "contact", "chat", NOW)
    assert found.arms["words"][0] == 1
    assert {"around", "meaning", "meaning_around"} <= set(found.arms)
    assert memory.find(anna, "What about the boiler?").episodes[0].channel == "phone"


def test_words_that_mean_the_same_are_found_by_meaning(memory: Memory) -> None:
    anna = memory.contact("anna")
    memory.talk(anna, "Is the car insured?", "Yes.", "I saw a physician.", "Get well.", "The sun shines.", "Nice.")
    [found] = [each for each in memory.find(anna, "doctor", limit=9).episodes if "physician" in each.text]
    assert found.arms["meaning"][0] == 1
    assert "words" not in found.arms


def test_somebody_who_said_very_much_is_read_aside(memory: Memory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile the latest words answer, and it is said that this is not all."""
    begun: list[Callable[[], None]] = []
    monkeypatch.setattr(shelves, "LONG_TURNS", 3)
    monkeypatch.setattr(shelves, "_run_aside", begun.append)
    monkeypatch.setattr(connections, "close_all", lambda: None)  # the test's own transaction is in it
    anna = memory.contact("anna")
    memory.talk(anna, "Is the car insured?", "Yes.", "I saw a physician.", "Get well.", DOG, "Poor Bella.")
    first = memory.find(anna, "doctor", limit=9)
    assert (first.failed, [each for each in first.episodes if "meaning" in each.arms]) == ("not_read_yet", [])
    assert memory.find(anna, "Which dog do I have?").episodes[0].text == DOG, "by its words"
    [load] = begun
    load()
    second = memory.find(anna, "doctor", limit=9)
    assert second.failed == ""
    assert any("physician" in each.text for each in second.episodes)
    memory.talk(anna, "The boiler leaks.", "We send someone.")
    assert memory.find(anna, "What about the boiler?").failed == "", "what is new is read beside it"
    assert len(begun) == 1


def test_what_is_not_indexed_yet_is_found_too(memory: Memory) -> None:
    anna = memory.contact("anna")
    talk = memory.talk(anna, "Good morning.", "Hello.")
    memory.go_on(talk, DOG, is_indexed=False)
    memory.talk(anna, "The boiler leaks.", is_indexed=False)
    assert memory.texts(anna, "dog")[0] == DOG
    assert memory.texts(anna, "boiler")[0] == "The boiler leaks."


def test_new_turns_join_those_that_a_process_knows_already(memory: Memory) -> None:
    anna = memory.contact("anna")
    talk = memory.talk(anna, DOG, "Poor Bella.")
    assert memory.find(anna, "boiler").searched == 2
    memory.go_on(talk, "The boiler leaks.", "We send someone.")
    found = memory.find(anna, "boiler")
    assert found.episodes[0].text == "The boiler leaks."
    assert sorted(each.text for each in memory.find(anna, "dog boiler Bella send").episodes) == sorted(
        {DOG, "Poor Bella.", "The boiler leaks.", "We send someone."}
    )


def test_nobody_elses_turns_are_found(memory: Memory, cast: Cast, embedder: WordEmbedder) -> None:
    anna, ben = memory.contact("anna"), memory.contact("ben")
    memory.talk(anna, DOG, "Poor Bella.")
    stranger = Memory(cast.other, embedder)
    theirs = stranger.contact("anna")
    stranger.talk(theirs, "My dog is called Rex.", "Nice.")
    assert memory.texts(ben, "dog") == []
    assert stranger.texts(theirs, "dog")[0] == "My dog is called Rex."
    assert DOG not in stranger.texts(theirs, "dog")
    assert stranger.texts(anna, "dog") == []  # by an id of somebody else's


def test_contacts_that_are_read_as_one_are_one(memory: Memory) -> None:
    anna, phone = memory.contact("anna"), memory.contact("caller")
    memory.talk(anna, DOG)
    memory.talk(phone, "The boiler leaks.", channel="phone")
    merge_contacts(tenant_id=memory.tenant_id, contact_id=phone, into_id=anna, actor=SYSTEM)
    assert memory.texts(anna, "boiler")[0] == "The boiler leaks."
    assert memory.texts(phone, "dog")[0] == DOG
    unmerge_contact(tenant_id=memory.tenant_id, contact_id=phone, actor=SYSTEM)
    assert "The boiler leaks." not in memory.texts(anna, "boiler")


def test_erased_turns_never_come_back(memory: Memory) -> None:
    """Also when the process still has them at hand, and nobody told it."""
    anna = memory.contact("anna")
    memory.talk(anna, DOG, "Poor Bella.")
    assert DOG in memory.texts(anna, "dog")
    with tenant_scope(memory.tenant_id):
        Episode.objects.filter(text=DOG).delete()
    assert DOG not in memory.texts(anna, "dog")
    with tenant_scope(memory.tenant_id):
        for model in (Episode, EpisodeSegment, EpisodeShelf, Message):
            model.objects.all().delete()
    assert memory.find(anna, "dog").episodes == ()


def test_without_the_embedder_words_still_find(memory: Memory, embedder: WordEmbedder) -> None:
    anna = memory.contact("anna")
    memory.talk(anna, DOG, "Poor Bella.", "The boiler leaks.")
    embedder.is_away = True
    found = memory.find(anna, "Which dog?")
    assert (found.failed, found.episodes[0].text) == ("embedding_unavailable", DOG)


def test_a_model_that_does_not_answer_is_not_remembered(memory: Memory, embedder: WordEmbedder) -> None:
    """Another process may have moved the company to another one."""
    anna = memory.contact("anna")
    memory.talk(anna, DOG, "Poor Bella.")
    remember(memory.tenant_id, held := Held("another", 256))
    memory.find(anna, "Which dog?")
    assert recall_answering(memory.tenant_id, embedder.model, seconds=60) == held
    embedder.is_away = True
    memory.find(anna, "Which dog?")
    assert recall_answering(memory.tenant_id, embedder.model, seconds=60).key == embedder.model.key


def test_past_its_deadline_the_meaning_is_left_out(memory: Memory) -> None:
    anna = memory.contact("anna")
    memory.talk(anna, DOG)
    asked = threading.Event()

    class Slow(WordEmbedder):
        def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
            asked.wait(30)
            return super().embed(texts, purpose=purpose)

    memory.embedder = Slow()
    found = memory.find(anna, "dog", deadline_seconds=0.01)
    asked.set()
    assert (found.failed, found.episodes[0].text) == ("deadline_passed", DOG)


def test_what_is_not_wanted_makes_room_for_others(memory: Memory) -> None:
    anna = memory.contact("anna")
    memory.talk(anna, DOG, "Which dog?", "The dog that barks.")
    first = memory.find(anna, "dog", limit=2).episodes
    found = memory.find(anna, "dog", limit=2, without=frozenset({first[0].message_id}))
    assert len(found.episodes) == 2
    assert first[0].message_id not in {each.message_id for each in found.episodes}


def test_a_time_that_is_named_counts(memory: Memory) -> None:
    anna = memory.contact("anna")
    for days in (40, 8, 1):
        memory.talk(anna, f"Delivery number {days} was late.", at=NOW - timedelta(days=days))
    assert memory.texts(anna, "What did I say about the delivery last week?")[0] == "Delivery number 8 was late."
    assert memory.texts(anna, "What did I say about the delivery yesterday?")[0] == "Delivery number 1 was late."


def test_whose_words_are_asked_for_counts(memory: Memory) -> None:
    anna = memory.contact("anna")
    memory.talk(anna, "The refund takes two weeks they say.", "The refund takes three days they say.")
    assert memory.texts(anna, "What did you tell me about the refund?")[0].startswith("The refund takes three")
    assert memory.texts(anna, "What did Anna say of the refund?")[0].startswith("The refund takes two")


def test_german_is_found_by_its_stems(memory: Memory) -> None:
    anna = memory.contact("anna")
    memory.talk(anna, "Die Lieferungen kamen immer zu spät.", "Das tut uns leid.", "Ich mag die Farbe nicht.")
    assert memory.texts(anna, "Was habe ich über die Lieferung gesagt?")[0] == "Die Lieferungen kamen immer zu spät."


def test_a_contact_who_never_spoke_has_nothing(memory: Memory) -> None:
    assert memory.find(memory.contact("anna"), "dog").episodes == ()
    assert memory.find(uuid4(), "dog").episodes == ()


def test_a_fact_that_is_asked_for_votes_for_the_turn_that_said_it(memory: Memory) -> None:
    """No word of the question is in it."""
    anna = memory.contact("anna")
    memory.talk(anna, "I live in Lisbon.", "Lovely.", "We went there by train, it took days.", "Long.")
    best = memory.find(anna, "Where do I live?").episodes
    [found] = [each for each in best if each.text == "I live in Lisbon."]
    assert found.arms["facts"][0] == 1
    assert all("facts" not in each.arms for each in best if each.text != found.text)


def test_what_is_told_of_whom_a_question_speaks_of_votes_over_others(memory: Memory) -> None:
    """From the sister to her name, and on to what was said of that."""
    anna = memory.contact("anna")
    memory.talk(anna, "My sister is Clara.", "Nice.", "Clara lives in Lisbon.", "Lovely.", "It took days.", "Long.")
    best = memory.find(anna, "What did I tell you about my sister?").episodes
    assert {each.text for each in best if "facts" in each.arms} == {"My sister is Clara.", "Clara lives in Lisbon."}
