"""`manage.py messages`: brings the catalogues in step with what the dashboard says. A new language is a new file."""

from typing import Any

import polib
from django.core.management.base import BaseCommand, CommandError, CommandParser

from frontend.catalogues import FOLDER, catalogues, compile_catalogues
from frontend.msgids import Sentence, find_sentences


class Command(BaseCommand):
    help = "Find every sentence of the dashboard, and bring frontend/locale/*.po in step. Says what is not translated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--add", metavar="LANGUAGE", help="begin the catalogue of a language, for example fr")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["add"]:
            _begin(options["add"])
        sentences = find_sentences()
        for path in catalogues():
            missing = _renew(str(path), sentences)
            self.stdout.write(f"{path.name}: {len(sentences)} sentences, {missing} without a translation")
        compile_catalogues()


def _begin(language: str) -> None:
    path = FOLDER / f"{language}.po"
    if path.exists():
        raise CommandError(f"{path} exists already.")
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    catalogue.save(str(path))


def _renew(path: str, sentences: dict[Sentence, list[str]]) -> int:
    """Adds what is new, drops what nobody says any more. Returns how many are untranslated."""
    catalogue = polib.pofile(path, wrapwidth=0)
    known = {(each.msgctxt or "", each.msgid): each for each in catalogue}
    del catalogue[:]
    for sentence, places in sorted(sentences.items(), key=lambda each: (each[1][0], each[0].one, each[0].context)):
        entry = known.get((sentence.context, sentence.one)) or polib.POEntry(
            msgid=sentence.one, msgctxt=sentence.context or None
        )
        if bool(sentence.many) != bool(entry.msgid_plural):
            entry.msgid_plural, entry.msgstr = sentence.many, ""
            entry.msgstr_plural = {0: "", 1: ""} if sentence.many else {}
        entry.occurrences = [(place, "") for place in places]
        catalogue.append(entry)
    catalogue.save(path)
    return len(catalogue.untranslated_entries())
