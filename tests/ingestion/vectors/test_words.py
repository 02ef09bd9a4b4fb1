"""What counts as the same word, in each language; of unknown ones, what SQLite's own stemmer said before."""

import sqlite3

import pytest
from hypothesis import HealthCheck, given, settings
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


def test_without_a_language_terms_are_those_of_earlier_versions() -> None:
    assert analyse(TEXT) == fts5_terms(TEXT)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # others work on this machine too
@given(st.lists(st.from_regex(r"[a-zäöüéA-Z]{1,14}", fullmatch=True), min_size=1, max_size=12))
def test_any_words_do(words: list[str]) -> None:
    assert analyse(" ".join(words)) == fts5_terms(" ".join(words))


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("How do I return the shoes?", ["return", "shoe"]),
        ("what is that", ["what", "is", "that"]),
        ("?!", []),
        ("do you have shoe, or shoes", ["shoe"]),
    ],
)
def test_a_question_is_its_telling_words(question: str, terms: list[str]) -> None:
    assert analyse_query(question) == terms


@pytest.mark.parametrize(
    ("language", "said", "asked"),
    [
        ("de", "Die Häuser der Kündigungen", "Welches Haus hat eine Kündigung?"),
        ("en", "Relational databases were indexed", "What is indexing of a database relation?"),
        ("fr", "Les livraisons sont arrivées", "Quand est-ce que la livraison arrive ?"),
        ("es", "Las devoluciones se pagarán", "¿Cuándo se paga la devolución?"),
        ("it", "Le spedizioni vengono consegnate", "Quando viene consegnata la spedizione?"),
        ("nl", "De zendingen worden geleverd", "Wanneer wordt mijn zending geleverd?"),
        ("pt", "As entregas são pagas", "Quando é que a entrega foi paga?"),
    ],
)
def test_a_question_finds_other_forms_of_its_words(language: str, said: str, asked: str) -> None:
    assert len(set(analyse(said, language)) & set(analyse_query(asked))) >= 2


def test_a_word_alone_is_stemmed_in_every_language() -> None:
    assert set(analyse("Kündigungsfristen", "de")) <= set(analyse_query("Kündigungsfrist"))
    assert set(analyse("délais", "fr")) <= set(analyse_query("délai"))


def test_names_are_found_from_another_language() -> None:
    assert set(analyse("The ENIAC 1946", "en")) & set(analyse_query("Wann wurde der ENIAC gebaut?")) == {"eniac"}
