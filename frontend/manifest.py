"""A turn's context manifest as a picture: a stacked bar of what the model read, and every passage that was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from agents.runtime.manifest import Considered, Manifest, tokens_by_kind
from frontend.formats import localised
from frontend.phrases import phrase
from rapport.ids import Prefix, encode

LABELS = {
    "system": phrase("Instructions and rules"),
    "memory": phrase("Memory"),
    "passage": phrase("Passages"),
    "history": phrase("Conversation"),
    "question": phrase("Question"),
    "tools": phrase("Tools"),
}
ARM_LABELS = {
    "dense": phrase("Meaning"),
    "words": phrase("Words"),
    "sentences": phrase("Sentence"),
    "entities": phrase("Mentions"),
    "links": phrase("Links"),
    "reranker": phrase("Second look"),
    "neighbour": phrase("Beside"),
    "around": phrase("Around"),
    "meaning": phrase("Meaning"),
    "meaning_around": phrase("Meaning around"),
    "facts": phrase("Facts"),
}
DROPPED = {
    "budget": phrase("did not fit into the budget"),
    "limit": phrase("past the number of passages"),
    "duplicate": phrase("says the same as another"),
    "": "",
}
_NARROWEST = 0.5  # percent


@dataclass(frozen=True, slots=True)
class BlockBar:
    """`left` and `width` are percent of everything the model read."""

    kind: str
    label: str
    tokens: int
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class PassageRow:
    """`arms`: rank and score by the arm's label; `place`: its number in the answer's citations, 0 when it was left
    out."""

    place: int
    title: str
    heading: str
    href: str
    tokens: int
    score: float
    arms: Mapping[str, str]
    dropped: str


@dataclass(frozen=True, slots=True)
class ManifestPicture:
    digest: str
    tokens: int
    passage_tokens: int
    budget_tokens: int
    bars: list[BlockBar]
    passages: list[PassageRow]

    @property
    def arms(self) -> list[str]:
        """Labels of the arms that found anything, in their usual order."""
        found = {label for row in self.passages for label in row.arms}
        return [label for label in dict.fromkeys(ARM_LABELS.values()) if label in found]

    @property
    def dropped(self) -> int:
        return sum(bool(row.dropped) for row in self.passages)


def picture_of(manifest: Manifest) -> ManifestPicture:
    whole = max(manifest.tokens, 1)
    bars, left = [], 0.0
    sums = tokens_by_kind(manifest.blocks)
    for kind, tokens in sums.items():
        width = 100 * tokens / whole
        bars.append(BlockBar(kind, LABELS.get(kind, kind), tokens, left, max(width, _NARROWEST) if tokens else 0))
        left += width
    return ManifestPicture(
        manifest.digest, manifest.tokens, sums.get("passage", 0), manifest.budget_tokens, bars, _rows(manifest)
    )


def _rows(manifest: Manifest) -> list[PassageRow]:
    """Those that were given first, in the order of their numbers."""
    given = [block.source_id for block in manifest.blocks if block.kind in ("memory", "passage")]
    places = {source_id: place for place, source_id in enumerate(given, start=1)}
    rows = [_row(each, places.get(each.source_id, 0)) for each in manifest.passages]
    return sorted(rows, key=lambda row: (not row.place, row.place, -row.score))


def _row(considered: Considered, place: int) -> PassageRow:
    arms = {
        ARM_LABELS.get(arm, arm): f"{rank} · {localised(f'{score:.3g}')}"
        for arm, (rank, score) in considered.arms.items()
    }
    reason = DROPPED.get(considered.dropped, considered.dropped)
    return PassageRow(
        place,
        considered.title,
        considered.heading,
        _href(considered),
        considered.tokens,
        considered.score,
        arms,
        reason,
    )


def _href(considered: Considered) -> str:
    try:
        document, chunk = UUID(considered.document_id), UUID(considered.source_id)
    except ValueError:
        return ""
    return f"{reverse('document', args=[encode(Prefix.DOCUMENT, document)])}?chunk={encode(Prefix.CHUNK, chunk)}"
