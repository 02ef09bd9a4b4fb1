"""What services say in English is in the page's language where a person reads it, and stays as it is in the API."""

import ast
import re

import pytest
from django.test import Client
from django.utils import translation

from frontend.error_sentences import FLOORS, ROOT, VALUE, find_in, sentences_of, shown_in
from frontend.memory_words import fact_label, summary_line
from frontend.msgids import TEMPLATES
from frontend.said import said, told
from ingestion.models import Document
from rapport.errors import InvalidId
from tenants.context import tenant_scope
from tenants.models import User
from tests.cast import Cast
from tests.frontend.seed import Seeded

# Messages that hand on what another error said, what a server answered, or what was marked already.
HANDED_ON = re.compile(
    r"(\w+\.)*(message|problem)|problems\[0\]\.message|str\(problem\)|row\.seen\['problem'\]|found or problem\.message"
    r"|self\.explain\(error\)|str\(frame\.data\.get.*|f'\{first\.message\}\{more\}'|_sentence\(details\)"
    r"|(self\.address\.)?explain\(error\)|role\.trouble|' '\.join\(trouble\)"  # told by servers
    r"|[A-Z][A-Z_]+"  # of the module beside, where it is read
    r"|content|streams|query|self\.(is_good|model\.key)|\[.*\]"  # of a class that is called as an error elsewhere is
)


def test_every_error_that_a_page_can_show_has_sentences_that_are_known() -> None:
    unread = [
        f"{path.relative_to(ROOT)}:{message.lineno}: {ast.unparse(message)}"
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*.py"))
        for message, tree in shown_in(path)
        if not list(sentences_of(message, tree)) and not HANDED_ON.fullmatch(ast.unparse(message))
    ]
    assert unread == [], "Write the sentence where the error is made: frontend/error_sentences.py has to find it."


def test_every_sentence_is_found_again_with_its_values() -> None:
    """In German, and the values where they belong."""
    values = ["Acme", "1,234", "x@acme.example", "7", "https://acme.example/a"]
    wrong = []
    with translation.override("de"):
        for sentence in {each for floor in FLOORS for path in (ROOT / floor).rglob("*.py") for each in find_in(path)}:
            by_name = dict(zip(VALUE.findall(sentence), values, strict=False))
            english, german = _filled(sentence, by_name), _filled(translation.gettext(sentence), by_name)
            if said(english) != german.replace("1,234", "1.234"):
                wrong.append(f"{english} → {said(english)}")
    assert wrong == []


def _filled(sentence: str, by_name: dict[str, str]) -> str:
    for name, value in by_name.items():
        sentence = sentence.replace(name, value)
    return sentence


def test_pages_write_errors_in_their_language() -> None:
    shown = re.compile(r"\{\{ ?\w*(?:error|problem|wrong|part)\w*\.(?:message|error_message) ?\}\}")
    templates = [path.name for path in TEMPLATES.rglob("*.html") if shown.search(path.read_text())]
    bare = re.compile(r"(?:messages\.\w+\(.*|[\"=:] ?)(?<!said\()\berror\.message")
    views = [path.name for path in (TEMPLATES.parent / "pages").glob("*.py") if bare.search(path.read_text())]
    assert (templates, views) == ([], []), "Write {{ error.message|said }}, or said(error.message)."


def test_words_of_ours_among_the_values_are_translated() -> None:
    english = (
        "plan.md says it is a PDF, but it holds plain text. "
        "Give it the right extension, or upload the file that was meant."
    )
    with translation.override("de"):
        assert said(english).startswith("plan.md nennt sich ein PDF, enthält aber Klartext.")
        refused = "Acme (version 1,234) answers with it. Publish it without it first."
        assert said(refused).startswith("Acme (Version 1.234)")
        assert said("The vendor said no. This file is empty. Choose one that has something in it.") == (
            "The vendor said no. Diese Datei ist leer. Wählen Sie eine, in der etwas steht."
        )
        assert said("") == ""
    assert said(english) == english


@pytest.mark.django_db
def test_a_person_is_refused_in_their_language_and_a_program_in_english(cast: Cast, alice_client: Client) -> None:
    User.objects.update(language="de")
    alice_client.get("/settings/")
    token = alice_client.cookies["csrftoken"].value
    page = alice_client.post("/members/", {"csrfmiddlewaretoken": token, "email": "ada", "role": "admin"}, follow=True)
    assert "Geben Sie eine E-Mail-Adresse ein, zum Beispiel ada@example.com." in page.content.decode()
    answer = alice_client.get("/v1/conversations/cnv_1", headers={"accept-language": "de"})
    assert answer.json()["error"]["message"] == InvalidId(prefix="cnv", text="cnv_1").message


def test_what_is_stored_in_english_is_shown_in_german(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    User.objects.update(language="de")
    kept = "old.pdf is protected with a password. Remove the password and upload it again."
    with tenant_scope(cast.acme.tenant_id):
        Document.objects.filter(id=seeded.failed_document_id).update(error_message=kept)
    page = alice_client.get("/knowledge/").content.decode()
    assert "old.pdf ist mit einem Passwort geschützt. Entfernen Sie das Passwort" in page


def test_summaries_by_rules_are_told_sentence_by_sentence() -> None:
    """What they quote stays as it was said."""
    with translation.override("de"):
        assert summary_line("asked", "Asked: “May I? I hope so.”") == "Gefragt: „May I? I hope so.“"
        assert summary_line("known", "Known: name Mara; place of acme Bergen; sister’s name Anna.") == (
            "Bekannt: Name Mara; Ort von acme Bergen; Name (Schwester) Anna."
        )
        line = "2026-11-26, chat: Asked: “In green?” That was not answered."
        german = "26. Nov. 2026, Chat: Gefragt: „In green?“ Das blieb unbeantwortet."
        assert summary_line("conversation", line) == german
        numbers = "1 contact wrote in 2 conversations since 2026-10-23, the last on 2026-11-27. 3 open: tickets and "
        numbers += "callbacks."
        assert told(numbers) == (
            "1 Kontakt hat seit 23. Okt. 2026 in 2 Unterhaltungen geschrieben, zuletzt am 27. Nov. 2026. "
            "3 offen: Tickets und Rückrufe."
        )
        assert fact_label("place@company:acme") == "Ort von acme"
    assert fact_label("name@role:sister") == "sister’s name"
