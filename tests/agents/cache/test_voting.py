"""The vote: which answer wins, and that what speaks for it moves the right way."""

import numpy as np

from agents.cache.deciding import choose_phrasing, load_rule
from agents.cache.voting import FEATURES, vote
from agents.cache.words import word_vector


def _unit(*values: float) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    vector = np.array(values, np.float32)
    return vector / np.linalg.norm(vector)


WORDS = np.stack([word_vector(text) for text in ("one thing", "that thing", "another matter")])


def test_nothing_kept_is_no_vote() -> None:
    empty = np.empty((0, 3), np.float32)
    assert vote(_unit(1, 0, 0), WORDS[0], empty, np.empty((0, WORDS.shape[1])), np.empty(0, np.int64)) is None


def test_the_nearest_answer_wins_and_a_rival_as_near_takes_its_margin() -> None:
    meanings = np.stack([_unit(1, 0.1, 0), _unit(1, 0, 0.1), _unit(0, 1, 0)])
    question, words = _unit(1, 0.05, 0.05), word_vector("the thing")
    alone = vote(question, words, meanings, WORDS, np.array([7, 7, 8]))
    contested = vote(question, words, meanings, WORDS, np.array([7, 9, 8]))
    assert alone is not None
    assert contested is not None
    assert alone.answer == 7
    assert set(alone.supporters) == {0, 1}
    rule = load_rule()
    assert rule.confidence(alone.evidence) > rule.confidence(contested.evidence)
    margin = FEATURES.index("margin_both")
    assert alone.evidence[margin] > contested.evidence[margin]


def test_a_phrasing_that_is_gone_or_disagrees_is_not_chosen() -> None:
    meanings = np.stack([_unit(1, 0.1, 0), _unit(1, 0, 0.1), _unit(0, 1, 0)])
    found = vote(_unit(1, 0.05, 0.05), WORDS[0], meanings, WORDS, np.array([7, 7, 8]))
    assert found
    first, second = found.supporters
    assert choose_phrasing("Within 30 days?", found, {first: "Within 60 days?", second: "In 30 days?"}) == second
    assert choose_phrasing("Within 30 days?", found, {first: "Within 60 days?"}) is None
    assert choose_phrasing("Within 30 days?", found, {}) is None


def test_word_vectors_do_not_see_case_and_see_parts_of_words() -> None:
    assert np.allclose(word_vector("Delivery TIME"), word_vector("delivery time"))
    alike = word_vector("deliveries") @ word_vector("delivery")
    assert 0.2 < alike < 1.0
    assert not word_vector("…").any()
