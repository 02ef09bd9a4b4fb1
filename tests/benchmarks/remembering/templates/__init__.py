"""How the suites' contacts say things. `{v}` is the value, `{V}` with a capital, `{w}` another one.

Kinds: "state" says it first, "update" says that it is another one now, "correct" that what was said was wrong, "deny"
that it is not so any more, "doubt" says it without being sure, "other" says it of somebody else.

"known": those that were there while the rules were written, and two sets that were held out once, until rules were
mended because of them; at first sight 91 % and 77 % of the answers were right. "apart": held out; no rule was changed
because of them.
"""

from typing import Literal

from tests.benchmarks.remembering.templates.apart import APART
from tests.benchmarks.remembering.templates.former import FORMER
from tests.benchmarks.remembering.templates.known import KNOWN
from tests.benchmarks.remembering.templates.later import LATER
from tests.benchmarks.remembering.templates.shape import Templates

Split = Literal["known", "apart"]
Kind = Literal["state", "update", "correct", "deny", "doubt", "other"]


def forms_of(split: Split, predicate: str, language: str, kind: Kind) -> tuple[str, ...]:
    sets = (APART,) if split == "apart" else (KNOWN, FORMER, LATER)
    return tuple(form for each in sets for form in each[predicate][language].get(kind, ()))


FORMS = [
    (predicate, language, kind, form)
    for each in (KNOWN, FORMER, LATER)
    for predicate, languages in each.items()
    for language, kinds in languages.items()
    for kind, forms in kinds.items()
    for form in forms
]
__all__ = ["FORMS", "Kind", "Split", "Templates", "forms_of"]
