"""Looking at some turns finds what looking at all of them finds; windows are what their sentence says."""

from datetime import UTC, datetime
from uuid import uuid4

import numpy as np
import pytest

from agents.memory.episodes import ranking
from agents.memory.episodes.asked import asks_past, read_question
from agents.memory.episodes.blocks import Block
from agents.memory.episodes.ranking import Searched, Weights, rank
from agents.memory.episodes.saying import Said, segment_of, texts_to_embed
from agents.memory.episodes.segments import AGENT, CONTACT, unpack
from tests.agents.memory.episodes.company import WordEmbedder

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
WORDS = "river stone apple cloud table winter garden bottle silver window travel dinner".split()


def _block(turns: int, seed: int = 7) -> Block:
    chosen = np.random.default_rng(seed)
    segments = []
    for start in range(0, turns, 20):
        said = [
            Said(
                uuid4(),
                n + 1,
                ("contact", "agent")[n % 2],
                " ".join(chosen.choice(WORDS, 4)) + f" number{start + n}.",
                NOW,
            )
            for n in range(min(20, turns - start))
        ]
        texts, owners = texts_to_embed(said)
        segments.append(
            (uuid4(), unpack(segment_of(said, owners, WordEmbedder().embed(texts, purpose="passage")).pack()))
        )
    return Block.of(segments)


def test_where_there_are_many_the_best_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    block = _block(900)
    asked = read_question("Where is number417 with the river and the stone?", asked_at=NOW)
    vector = WordEmbedder().embed([asked.meaning], purpose="query")[0]
    searched = Searched([block], [np.ones(block.size, bool)])
    everything = rank(searched, asked, vector, limit=10, weights=Weights())
    monkeypatch.setattr(ranking, "EVERY_TURN", 100)
    some = rank(searched, asked, vector, limit=10, weights=Weights())
    assert 417 in {each.turn for each in everything[:5]} & {each.turn for each in some[:5]}
    assert len({each.turn for each in some} & {each.turn for each in everything}) >= 5


def test_turns_that_do_not_hold_any_more_are_not_ranked() -> None:
    block = _block(60)
    alive = np.ones(block.size, bool)
    alive[17] = False
    asked = read_question("number17", asked_at=NOW)
    places = rank(Searched([block], [alive]), asked, None, limit=60, weights=Weights())
    assert 17 not in {each.turn for each in places}


def test_a_window_grows_on_both_sides_within_its_segment() -> None:
    block = _block(60)
    first, last = block.windows(np.arange(block.size), 25)  # five turns of five words
    assert (first[30], last[30]) == (28, 33)
    assert (first[0], last[0]) == (0, 5)
    assert (first[19], last[19]) == (15, 20)
    assert (first[20], last[20]) == (20, 25)
    assert (last - first).max() == 5


def test_one_arm_can_be_left_out() -> None:
    block = _block(40)
    asked = read_question("river stone", asked_at=NOW)
    [best] = rank(Searched([block], [np.ones(40, bool)]), asked, None, limit=1, weights=Weights().without("words"))
    assert set(best.arms) == {"around"}


@pytest.mark.parametrize(
    ("question", "speaker", "meaning"),
    [
        ("What did Anna say about the boiler?", CONTACT, "What did say about the boiler?"),
        ("What did I tell you about my sister?", None, "What my sister?"),
        ("Did you promise a refund?", AGENT, "a refund?"),
        ("What is my order number?", CONTACT, "What is my order number?"),
        ("Was hast du mir empfohlen?", AGENT, "Was empfohlen?"),
        ("Anna", CONTACT, "Anna"),
    ],
)
def test_who_is_meant_and_what_is_left_to_look_for(question: str, speaker: int | None, meaning: str) -> None:
    asked = read_question(question, asked_at=NOW, contact_name="Anna Berg", agent_name="Acme assistant")
    assert asked.meaning == meaning
    assert asked.speaker in {speaker, CONTACT if speaker is None else speaker}


def test_questions_about_the_past() -> None:
    assert asks_past("What did I tell you about my sister?", NOW)
    assert asks_past("Was habe ich dir letzte Woche gesagt?", NOW)
    assert asks_past("When did I order the lamp?", NOW)
    assert not asks_past("How do I reset my password?", NOW)
    assert not asks_past("What does delivery cost?", NOW)
