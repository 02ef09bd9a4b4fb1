"""The dashboard in the person's language: who chooses it, that German is complete, and what stays English."""

import html
import re
from datetime import UTC, datetime

import polib
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client
from django.utils import translation
from pytest_django import DjangoCaptureOnCommitCallbacks

from frontend import formats
from frontend.catalogues import FOLDER, catalogues, compiled
from frontend.msgids import TEMPLATES, find_sentences
from frontend.script_words import SENTENCES
from tenants.actors import SYSTEM
from tenants.deletion import cancel_deletion, request_deletion
from tenants.models import Tenant, User
from tests.cast import Cast, sign_in
from tests.frontend.places import LISTS, objects
from tests.frontend.seed import Seeded

# Of the widget (it has its own languages), of developers, and of the demo's invented customer.
NOT_OF_THE_DASHBOARD = ("widget/", "docs/", "demo_site/", "dev/")
TAGS = r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}"
MARKED = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}|\{% verbatim.*?\{% endverbatim %\}", re.DOTALL)
SHOWN = re.compile(rf"""\s(?:title|label|placeholder|alt|hint|help|note|lead|aria-label)="((?:{TAGS}|[^"])*)\"""")
# What is the same in every language: names, addresses, code.
AS_IT_IS = re.compile(
    r"(?:· )?Rapport\b.*|https?://\S*|[\w.+-]+@[\w.-]+|&\w+;|\S*[_/@{}…]\S*|AC0123\w+|JSON|Authorization: .*"
    r"|.*\b(?:CSV|example\.com|webhook-id|curl)\b.*|.*\"type\".*"
)


def test_every_sentence_has_its_german() -> None:
    german = {(each.msgctxt or "", each.msgid): each for each in polib.pofile(str(FOLDER / "de.po"))}
    missing = [
        f"{places[0]}: {sentence.one}"
        for sentence, places in find_sentences().items()
        if not (entry := german.get((sentence.context, sentence.one))) or not entry.translated()
    ]
    assert missing == [], "Run `make messages`, and translate these in frontend/locale/de.po."


def test_translations_hold_what_their_sentences_hold() -> None:
    held = re.compile(r"%\(\w+\)s|\{\w+\}|</?[a-z]+")
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            wanted = set(held.findall(entry.msgid_plural or entry.msgid))
            for text in filter(None, [entry.msgstr, entry.msgstr_plural.get(1, "")]):
                assert set(held.findall(text)) == wanted, f"{path.name}: {entry.msgid}"


def test_scripts_say_nothing_that_cannot_be_translated() -> None:
    scripts = [each for each in (TEMPLATES.parent / "islands").glob("*.ts") if not each.name.endswith(".test.ts")]
    text = "\n".join(each.read_text() for each in scripts)
    calls = re.findall(r"\btranslated\(([^)]*)", text)
    assert {each for call in calls for each in re.findall(r'"([^"]*[a-z][^"]*)"', call)} == set(SENTENCES)
    bare = re.findall(r"""(?:textContent|title|ariaLabel)\s*=\s*["`]([A-Z][^"`]*)""", text)
    assert bare == [], "Say it with translated(…), and add it to frontend/script_words.py."


def test_a_mail_is_in_its_readers_language(
    cast: Cast, mailoutbox: list[EmailMessage], django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    """Each owner's own, else the company's; a language without a catalogue is English."""
    acme = Tenant.objects.filter(id=cast.acme.tenant_id)

    def told(company: str, person: str) -> EmailMessage:
        acme.update(locale=company)
        User.objects.update(language=person)
        with django_capture_on_commit_callbacks(execute=True):
            request_deletion(tenant_id=cast.acme.tenant_id, typed_name="Acme", actor=SYSTEM)
        cancel_deletion(tenant_id=cast.acme.tenant_id, actor=SYSTEM)
        return mailoutbox[-1]

    german = told("de", "")
    assert german.subject == "Acme soll gelöscht werden"
    assert re.search(r"Am \d+\. \w+ \d{4} wird alles", str(german.body))
    english = told("de", "en")
    assert english.subject == "Acme is to be deleted"
    assert re.search(r"On \d+ \w+ \d{4} everything", str(english.body))
    assert told("en", "de").subject == german.subject
    assert told("xx", "").subject == english.subject


def test_what_templates_say_instead_can_be_translated() -> None:
    found = {
        f"{path.name}: {said}"
        for path in TEMPLATES.rglob("*.html")
        if not path.relative_to(TEMPLATES).as_posix().startswith(NOT_OF_THE_DASHBOARD)
        for said in re.findall(r'\|default(?:_if_none)?:"([(A-Za-z][^"]*)"', path.read_text())
        if said
        not in {"bad", "https://shop.example", "Hello! What can I help you with?"}  # a kind, and what visitors get
    }
    assert found == set(), 'Write default:_("…").'


def test_templates_say_nothing_that_cannot_be_translated() -> None:
    found = []
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        if not name.startswith(NOT_OF_THE_DASHBOARD):
            found += [f"{name}: {words}" for words in _unmarked(path.read_text())]
    assert found == [], "\n".join(found)


def _unmarked(text: str) -> list[str]:
    text = re.sub(
        r"<(script|style|svg|pre)\b.*?</\1>|<c-copy\b.*?</c-copy>", " ", MARKED.sub("", text), flags=re.DOTALL
    )
    attributes = [re.sub(TAGS, " ", each) for each in SHOWN.findall(text)]
    bare = re.sub(r"<[^<>]*>", "\n", re.sub(TAGS, " ", text))
    words = [each.strip() for each in (*attributes, *bare.split("\n"))]
    return [each for each in words if re.search(r"[A-Za-z]{3}", each) and not AS_IT_IS.fullmatch(each)]


def test_the_build_has_compiled_every_catalogue() -> None:
    assert [each.stem for each in catalogues() if not compiled(each).exists()] == [], "Run `make frontend`."
    assert [code for code, _ in settings.LANGUAGES] == ["en", *(each.stem for each in catalogues())]


def test_the_person_chooses_then_the_company_then_the_browser(cast: Cast, alice_client: Client) -> None:
    def language(client: Client, path: str, accepts: str = "") -> str:
        found = re.search(
            r'<html lang="(\w+)"', client.get(path, headers={"accept-language": accepts}).content.decode()
        )
        assert found
        return found[1]

    assert language(Client(), "/accounts/login/") == "en"
    assert language(Client(), "/accounts/login/", "de-AT,de;q=0.9") == "de"
    assert language(Client(), "/accounts/login/", "tlh") == "en"
    assert language(alice_client, "/settings/", "de") == "en"
    Tenant.objects.filter(id=cast.acme.tenant_id).update(locale="de")
    assert language(alice_client, "/settings/") == "de"
    _choose(alice_client, "en")
    assert language(alice_client, "/settings/") == "en"
    assert language(sign_in(cast.bob), "/settings/") == "de"
    _choose(alice_client, "")
    assert language(alice_client, "/settings/") == "de"
    _choose(alice_client, "tlh")
    assert language(alice_client, "/settings/") == "de"


def _choose(client: Client, language: str) -> None:
    client.get("/settings/")
    token = client.cookies["csrftoken"].value
    client.post("/settings/language/", {"csrfmiddlewaretoken": token, "language": language})


def test_the_api_answers_in_english(cast: Cast, alice_client: Client) -> None:
    _choose(alice_client, "de")
    answer = alice_client.get("/v1/conversations/cnv_1", headers={"accept-language": "de"})
    assert answer.json()["error"]["message"].startswith("There is no such object.")


# Of the invented company: names and titles that are also words of ours.
ITS_OWN = {"Order service", "Returns", "Exchanges", "chat", "currency", "name", "plan", "streams", "test", "url"}
NOT_WORDS = re.compile(r"<(script|style|code|pre|template)\b.*?</\1>", re.DOTALL)
SAID = re.compile(r"\s(?:title|aria-label|placeholder|alt|data-confirm)=\"([^\"]*)\"")


def test_german_pages_say_nothing_in_english(cast: Cast, seeded: Seeded, alice_client: Client) -> None:
    """No text of a page is a sentence or word of ours in English that has another one in German."""
    english = {
        each.msgid
        for each in polib.pofile(str(FOLDER / "de.po"))
        if not each.msgctxt and each.msgid != each.msgstr and len(each.msgid) > 2 and each.msgid not in ITS_OWN
    }
    _choose(alice_client, "de")
    left = []
    for path in (*LISTS, *objects(cast, seeded)):
        page = alice_client.get(path).content.decode()
        assert path == "/knowledge/board/" or '<html lang="de"' in page, path
        page = NOT_WORDS.sub(" ", page)
        shown = {" ".join(html.unescape(each).split()) for each in (*re.split(r"<[^>]*>", page), *SAID.findall(page))}
        left += [f"{path}: {each}" for each in sorted(english & shown)]
    assert left == [], "\n".join(left)


def test_figures_are_written_as_the_language_does() -> None:
    moment = datetime(2026, 3, 5, 14, 5, 9, tzinfo=UTC)
    with translation.override("de"):
        assert formats.format_money(1_234_567_890, "EUR") == "1.234,57\xa0€"
        assert formats.format_money(-30) == "−0,000030\xa0$"
        assert formats.format_count(12_345) == "12.345"
        assert formats.format_count(1_234_567) == "1,23\xa0Mio."
        assert formats.format_milliseconds(1240) == "1,24 s"
        assert formats.format_moment(moment) == "5. März 2026, 14:05:09 UTC"
        assert formats.format_ago(moment, moment.replace(hour=15, minute=30)) == "vor 1 Std."
