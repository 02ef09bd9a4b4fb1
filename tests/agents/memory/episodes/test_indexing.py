"""Turns become findable once, in order, and stop being so with their conversation."""

import pytest

from agents.memory.episodes.catching_up import catch_up
from agents.memory.episodes.indexing import SEGMENT_TURNS, forget_conversations, index_conversation
from agents.memory.episodes.segments import unpack
from agents.models import Conversation, Episode, EpisodeSegment, EpisodeShelf
from billing.company_budget import get_company_budget, set_company_budget
from billing.errors import BudgetExhausted
from billing.own_prices import set_own_price
from billing.selectors import list_usage
from ingestion.embedding.errors import EmbeddingUnavailable
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.agents.memory.episodes.company import Memory, WordEmbedder

pytestmark = pytest.mark.django_db


def test_again_it_writes_nothing(memory: Memory, embedder: WordEmbedder) -> None:
    talk = memory.talk(memory.contact("anna"), "One thing.", "Another one.")
    before = embedder.embedded
    assert memory.index(talk) == 0
    assert embedder.embedded == before
    with tenant_scope(memory.tenant_id):
        assert EpisodeShelf.objects.get().generation == 1


def test_what_has_its_vectors_is_not_embedded_again(memory: Memory, embedder: WordEmbedder) -> None:
    """The segment is the one that would have been made at once."""
    texts = ("I have a dog. It is called Rex, by the way.", "What a nice name!", "It likes to swim.", "Good to know.")
    whole, anna = memory.talk(memory.contact("ben"), *texts), memory.contact("anna")
    before = embedder.embedded
    talk = memory.talk(anna, *texts[:2])
    first = embedder.embedded - before
    memory.go_on(talk, *texts[2:])
    with tenant_scope(memory.tenant_id):
        rows = {row.conversation_id: unpack(row.content) for row in EpisodeSegment.objects.all()}
    assert embedder.embedded - before == len(rows[whole].meanings)
    assert 0 < first < len(rows[whole].meanings)
    for name in ("meaning_turns", "terms", "term_ends", "flags"):
        assert getattr(rows[talk], name).tolist() == getattr(rows[whole], name).tolist()
    assert (rows[talk].meanings.numbers == rows[whole].meanings.numbers).all()
    assert (rows[talk].meanings.factors == rows[whole].meanings.factors).all()


def test_of_another_model_all_is_embedded_anew(memory: Memory, embedder: WordEmbedder) -> None:
    talk = memory.talk(memory.contact("anna"), "I have a dog.", "How nice of you.")
    with tenant_scope(memory.tenant_id):
        EpisodeSegment.objects.update(model="another")
    before = embedder.embedded
    memory.go_on(talk, "It is called Rex.")
    assert embedder.embedded - before == 3


def test_what_it_costs_is_in_the_ledger(memory: Memory) -> None:
    talk = memory.talk(memory.contact("anna"), "One thing.", "Another one.")
    [row] = list_usage(tenant_id=memory.tenant_id, limit=10)
    assert (row.step, row.meter, row.conversation_id) == ("embed_episode", "embedding_tokens", talk)
    assert row.quantity > 0
    memory.index(talk)
    assert len(list_usage(tenant_id=memory.tenant_id, limit=10)) == 1, "again it costs nothing"


def test_a_long_conversation_fills_several_segments(memory: Memory) -> None:
    talk = memory.talk(memory.contact("anna"), *(f"Sentence number {n}." for n in range(SEGMENT_TURNS + 3)))
    memory.go_on(talk, "One more.")
    with tenant_scope(memory.tenant_id):
        rows = list(EpisodeSegment.objects.order_by("number"))
        assert [(row.turns, row.first_sequence, row.last_sequence) for row in rows] == [
            (SEGMENT_TURNS, 1, SEGMENT_TURNS), (4, SEGMENT_TURNS + 1, SEGMENT_TURNS + 4),
        ]  # fmt: skip
    segment = unpack(rows[1].content)
    assert segment.sequences.tolist() == list(range(SEGMENT_TURNS + 1, SEGMENT_TURNS + 5))
    assert b"Sentence" not in bytes(rows[0].content)


def test_what_must_not_be_remembered_is_not_indexed(memory: Memory) -> None:
    anna = memory.contact("anna")
    talk = memory.talk(anna, "One thing.", is_indexed=False)
    with tenant_scope(memory.tenant_id):
        Conversation.objects.filter(id=talk).update(is_remembered=False)
    assert memory.index(talk) == 0
    assert memory.texts(anna, "thing") == []


def test_an_episode_that_went_meanwhile_is_not_written(memory: Memory, embedder: WordEmbedder) -> None:
    """The embedder took a while; somebody erased in between."""
    anna = memory.contact("anna")
    talk = memory.talk(anna, "One thing.", "Two things.", is_indexed=False)

    class Slow(WordEmbedder):
        def embed(self, texts, *, purpose):  # type: ignore[no-untyped-def]
            Episode.objects.filter(text="One thing.").delete()
            return super().embed(texts, purpose=purpose)

    with tenant_scope(memory.tenant_id):
        memory.embedder = Slow()
        assert memory.index(talk) == 0
        assert not EpisodeSegment.objects.exists()


def test_an_embedder_that_is_away_is_an_error_and_loses_nothing(memory: Memory, embedder: WordEmbedder) -> None:
    anna = memory.contact("anna")
    embedder.is_away = True
    with pytest.raises(EmbeddingUnavailable):
        memory.talk(anna, "One thing.")
    assert memory.texts(anna, "thing") == ["One thing."]


def test_forgotten_conversations_are_gone_at_once(memory: Memory) -> None:
    anna = memory.contact("anna")
    gone, stays = memory.talk(anna, "The red bicycle."), memory.talk(anna, "The blue bicycle.")
    assert len(memory.texts(anna, "bicycle")) == 2
    with tenant_scope(memory.tenant_id):
        assert forget_conversations([gone]) == 1
        Episode.objects.filter(conversation_id=gone).delete()
        Conversation.objects.filter(id=gone).delete()
    assert memory.texts(anna, "bicycle") == ["The blue bicycle."]
    assert (
        index_conversation(tenant_id=memory.tenant_id, conversation_id=stays, embedder_for=lambda _: memory.embedder)
        == 0
    )


def test_what_was_left_behind_is_caught_up(memory: Memory, embedder: WordEmbedder) -> None:
    """From before it was kept so, and with another model's vectors."""
    anna = memory.contact("anna")
    old, other = memory.talk(anna, "The red bicycle."), memory.talk(anna, "The blue bicycle.")
    with tenant_scope(memory.tenant_id):
        EpisodeSegment.objects.filter(conversation_id=old).delete()
        EpisodeSegment.objects.filter(conversation_id=other).update(model="another-1")
    before = embedder.embedded
    assert catch_up(tenant_id=memory.tenant_id, embedder_for=lambda _: embedder) == 2
    assert catch_up(tenant_id=memory.tenant_id, embedder_for=lambda _: embedder) == 0
    assert embedder.embedded == before + 2
    assert len(memory.texts(anna, "bicycle")) == 2
    with tenant_scope(memory.tenant_id):
        assert set(EpisodeSegment.objects.values_list("model", flat=True)) == {embedder.model.key}


def test_vectors_of_another_model_are_not_compared(memory: Memory) -> None:
    anna = memory.contact("anna")
    memory.talk(anna, "The red bicycle.")
    with tenant_scope(memory.tenant_id):
        EpisodeSegment.objects.update(model="another-1")
    [found] = memory.find(anna, "bicycle").episodes
    assert set(found.arms) == {"words", "around"}


def test_what_no_budget_pays_for_is_found_by_its_words_until_one_does(memory: Memory, embedder: WordEmbedder) -> None:
    set_own_price(
        tenant_id=memory.tenant_id, model=embedder.model.key, meter="embedding_tokens", micros_per_million=10**6,
        actor=SYSTEM,
    )  # fmt: skip
    set_company_budget(tenant_id=memory.tenant_id, month_micros=1, actor=SYSTEM)
    anna = memory.contact("anna")
    talk = memory.talk(anna, "My puppy is called Rex.", "A fine name.", is_indexed=False)
    with pytest.raises(BudgetExhausted):
        memory.index(talk)
    with pytest.raises(BudgetExhausted):
        catch_up(tenant_id=memory.tenant_id, embedder_for=lambda _: embedder)
    assert (embedder.embedded, list_usage(tenant_id=memory.tenant_id, limit=10)) == (0, [])
    assert memory.texts(anna, "puppy Rex")
    set_company_budget(tenant_id=memory.tenant_id, month_micros=10**6, actor=SYSTEM)
    assert catch_up(tenant_id=memory.tenant_id, embedder_for=lambda _: embedder) == 1
    found = get_company_budget(tenant_id=memory.tenant_id)
    assert (found.spent > 0, found.held) == (True, 0)
