"""Does an answer keep to what it cites? Every sentence carries a citation or is small talk, and what it claims exactly
(numbers, dates, names, addresses) stands in what it cites.

A deterministic check without a model: it catches made-up figures and names, not a wrong use of right ones.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from agents.runtime.claims import Claim, Kind, claims_of, evidence_of, is_german

MINIMUM_SCORE = 0.7
MOST_SMALL_TALK_WORDS = 20

_MARKER = re.compile(r"\[(\d{1,3})\]")
_MARKERS_AFTER_STOP = re.compile(r"([.!?])((?:\s*\[\d{1,3}\])+)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_LIST_NUMBER = re.compile(r"^\s*\d{1,2}[.)]\s+", re.MULTILINE)
_BLOCK = re.compile(r"\n\s*\n")

_SMALL_TALK = re.compile(
    r"\b(?:hello|hi|hey|welcome|thanks?|thank you|sorry|apologi[sz]e|glad|happy to|hope|let me know|feel free|sure|"
    r"of course|certainly|great|please ask|anything else|good (?:day|morning|evening|luck)|have a|here(?: is|'s) what|"
    r"i (?:can|could|would) (?:not )?(?:help|find|tell)|i do not know|i don't know|"
    r"hallo|guten (?:tag|morgen|abend)|willkommen|danke|gern|tut mir leid|entschuldig\w+|hoffe|melden sie sich|"
    r"natürlich|sicher|viel (?:erfolg|spaß)|schönen tag|weiß ich (?:leider )?nicht|helfen)\b",
    re.IGNORECASE,
)

Standing = Literal["cited", "small_talk", "uncited"]


class Sentence(NamedTuple):
    """`cited`: the markers that vouch for it, its own or those that end its paragraph's stretch of quotation."""

    text: str
    standing: Standing
    cited: tuple[int, ...]
    unsupported: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Grounding:
    """`containment`: part of the checked claims that stand in what is cited. `coverage`: part of the sentences that say
    something and carry a citation. Both 1 when there is nothing to check. `score` is the lower one."""

    containment: float
    coverage: float
    checked: int
    unsupported: tuple[str, ...]
    sentences: tuple[Sentence, ...]
    is_grounded: bool

    @property
    def score(self) -> float:
        return min(self.containment, self.coverage)


def check_grounding(
    answer: str,
    passages: Mapping[int, str],
    *,
    known: str = "",
    minimum: float = MINIMUM_SCORE,
    must_cite: bool = True,
) -> Grounding:
    """`passages` by marker; `known` is what may be said without a citation: the question, the agent's own name, what
    tools gave back. One unsupported number, date or address is enough to fail, whatever the `minimum`.

    Without `must_cite` sentences that cite nothing do not count against it, what they claim does.

    A sentence without a marker is held against all passages. German writes every noun with a capital: there names are
    not checked.
    """
    has_names = not is_german(answer)
    sentences: list[Sentence] = []
    checked, unsupported, is_false = 0, [], False
    for text, cited in _sentences(answer, passages):
        markers = tuple(number for number in cited if number in passages)
        evidence = " ".join(passages[number] for number in markers) or " ".join(passages.values())
        claims = list(claims_of(_MARKER.sub(" ", text), has_names=has_names))
        missing = _missing(claims, f"{evidence} {known}")
        checked += len(claims)
        unsupported += [claim.value for claim in missing]
        is_false |= any(claim.is_exact for claim in missing)
        standing = _standing(text, markers, claims, known)
        sentences.append(Sentence(text, standing, markers, tuple(claim.value for claim in missing)))
    containment = 1 - len(unsupported) / checked if checked else 1.0
    coverage = _coverage(sentences)
    is_grounded = not is_false and min(containment, coverage if must_cite else 1.0) >= minimum
    return Grounding(
        round(containment, 3), round(coverage, 3), checked, tuple(unsupported), tuple(sentences), is_grounded
    )


def _missing(claims: Sequence[Claim], evidence: str) -> list[Claim]:
    held = evidence_of(evidence)
    return [claim for claim in claims if not _is_held(claim, held)]


def _is_held(claim: Claim, held: Mapping[Kind, frozenset[str]]) -> bool:
    """A date's year may stand elsewhere than its day."""
    day, _, year = claim.value.partition("/") if claim.kind == "date" else (claim.value, "", "")
    return claim.value in held[claim.kind] or bool(year and day in held["date"] and year in held["number"])


def _standing(text: str, markers: Sequence[int], claims: Sequence[Claim], known: str) -> Standing:
    """Small talk says nothing exact, is short and sounds so, asks, or leads to what follows. What was said or told
    before needs no citation either."""
    if markers:
        return "cited"
    plain = text.rstrip(' *_"”»')
    if plain.endswith(("?", ":")) or not any(character.isalpha() for character in plain):
        return "small_talk"
    if not claims and len(text.split()) <= MOST_SMALL_TALK_WORDS and _SMALL_TALK.search(text):
        return "small_talk"
    return "small_talk" if claims and not _missing(claims, known) else "uncited"


def _coverage(sentences: Sequence[Sentence]) -> float:
    cited = sum(each.standing == "cited" for each in sentences)
    uncited = sum(each.standing == "uncited" for each in sentences)
    return cited / (cited + uncited) if cited + uncited else 1.0


def _sentences(answer: str, passages: Mapping[int, str]) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each with the markers that vouch for it. A marker behind a full stop belongs to the sentence before it, and
    vouches for what was said since the one before: in its own paragraph for everything, above it for what stands word
    for word in the passage. So are quotes of several paragraphs written."""
    found: list[tuple[str, tuple[int, ...]]] = []
    below: tuple[int, ...] = ()
    for block in reversed(_blocks(answer)):
        following: tuple[int, ...] = ()
        for part in reversed([part for part in _SENTENCE_END.split(block) if part.strip()]):
            own = tuple(int(number) for number in _MARKER.findall(part))
            following = own or following
            found.append((part, following or _quoted(part, below, passages)))
            below = own or below
    yield from reversed(found)


def _quoted(part: str, markers: Sequence[int], passages: Mapping[int, str]) -> tuple[int, ...]:
    plain = _plain(part)
    return tuple(number for number in markers if plain and plain in _plain(passages.get(number, "")))


def _plain(text: str) -> str:
    """Without what Markdown adds at the ends of a line."""
    return " ".join(text.strip("`*_-•|> \n").split())


def _blocks(answer: str) -> list[str]:
    """Paragraphs; one that holds nothing but a marker belongs to the block before it (a listing's, a table's)."""
    joined = _MARKERS_AFTER_STOP.sub(r"\2\1", _LIST_NUMBER.sub("", answer))
    blocks: list[str] = []
    for block in _BLOCK.split(joined):
        if blocks and not _MARKER.sub("", block).strip():
            blocks[-1] += f" {block}"
        else:
            blocks.append(block)
    return blocks
