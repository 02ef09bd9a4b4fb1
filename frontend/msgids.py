"""Every sentence that can be translated, found in templates and Python alike, and where it stands: of the
dashboard, and of the mails that the floors below send.

In place of GNU xgettext, which a machine may not have: Django turns a template into calls of gettext, and those are
read like the calls in our Python.
"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation.template import templatize

from frontend.error_sentences import find_in

ROOT = Path(__file__).parent
TEMPLATES = ROOT / "templates"
FLOORS = tuple(ROOT.parent / each for each in ("platform", "tenants", "billing", "ingestion", "agents"))
CALLS = {
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop", "phrase", "_"), ("one",)),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), ("one", "many")),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ("context", "one")),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ("context", "one", "many")),
}
_LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
_CALL = re.compile(rf"\b({'|'.join(CALLS)})\(\s*((?:{_LITERAL}\s*,?\s*)+)")
_COUNTED = re.compile(_LITERAL)


@dataclass(frozen=True, slots=True)
class Sentence:
    """As gettext looks it up; `many` is its plural in English, or empty."""

    one: str
    many: str = ""
    context: str = ""


def find_sentences() -> dict[Sentence, list[str]]:
    """With the files that say it, as paths below `frontend/`, or beside it."""
    found: dict[Sentence, list[str]] = defaultdict(list)
    for path, sentences in _read_all():
        top = ROOT if path.is_relative_to(ROOT) else ROOT.parent
        for sentence in sentences:
            found[sentence].append(path.relative_to(top).as_posix())
    return {sentence: sorted(set(places)) for sentence, places in found.items()}


def _read_all() -> Iterator[tuple[Path, Iterator[Sentence]]]:
    for path in sorted(each for kind in ("*.html", "*.txt") for each in TEMPLATES.rglob(kind)):
        yield path, _in_template(path.read_text())
    for folder in (ROOT, *FLOORS):
        for path in sorted(each for each in folder.rglob("*.py") if "node_modules" not in each.parts):
            yield path, _in_python(path.read_text())
            if folder != ROOT:
                yield path, map(Sentence, find_in(path))


def _in_template(text: str) -> Iterator[Sentence]:
    if "translate" not in text and "_(" not in text:
        return
    for name, arguments in _CALL.findall(templatize(text)):
        words = [ast.literal_eval(each) for each in _COUNTED.findall(arguments)]
        yield Sentence(**dict(zip(CALLS[name], words, strict=False)))


def _in_python(text: str) -> Iterator[Sentence]:
    if "gettext" not in text and "phrase" not in text:
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
            names = CALLS[node.func.id]
            words = [each.value for each in node.args[: len(names)] if isinstance(each, ast.Constant)]
            if len(words) == len(names) and all(isinstance(each, str) for each in words):
                yield Sentence(**dict(zip(names, map(str, words), strict=True)))
