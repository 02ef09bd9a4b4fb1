"""Both vector stores find the same words: our own analysis is FTS5's."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.vectors.words import analyse, analyse_query

TEXT = """Shoes can be RETURNED; Größen, naïveté, co-operation and SOME_SETTING. Running, runs, ran, happily, relational
conditional, valenci, hesitanci, digitizer, conformabli, radicalli, operator,
feudalism, S, is, "ties", 3.14 x86-64 café"""


def fts5_terms(text: str) -> list[str]:
    with sqlite3.connect(":memory:") as database:
        database.execute('CREATE VIRTUAL TABLE t USING fts5(x, tokenize="porter unicode61 remove_diacritics 2")')
        database.execute("INSERT INTO t VALUES (?)", (text,))
        database.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")
        return [term for (term,) in database.execute("SELECT term FROM v ORDER BY offset")]


def test_terms_are_those_of_the_embedded_store() -> None:
    assert analyse(TEXT) == fts5_terms(TEXT)


@given(st.lists(st.from_regex(r"[a-zäöüéA-Z]{1,14}", fullmatch=True), min_size=1, max_size=12))
def test_any_words_do(words: list[str]) -> None:
    assert analyse(" ".join(words)) == fts5_terms(" ".join(words))


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("How do I return the shoes?", ["return", "shoe"]),
        ("what is that", ["what", "is", "that"]),
        ("?!", []),
        ("shoe shoes", ["shoe"]),
    ],
)
def test_a_question_is_its_telling_words(question: str, terms: list[str]) -> None:
    assert analyse_query(question) == terms
