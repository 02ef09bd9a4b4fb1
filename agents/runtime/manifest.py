"""The context manifest of a turn: what the model was given, block by block, what was left out and why, under one hash.

The same input gives the same hash: it is over what was given and its order, not over times, ids of the turn or scores.
It holds no text, only ids, sizes and digests; the texts are where they always were.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Literal
from uuid import UUID

from agents.llm.port import ChatRequest
from agents.llm.prompt import prompt_of
from agents.llm.sizes import estimate_tokens

Kind = Literal["system", "memory", "passage", "history", "question", "tools"]
DIGEST_CHARACTERS = 16


@dataclass(frozen=True, slots=True)
class Block:
    """`source_id`: the passage, fact or prompt block that it is; "" where it has no id of its own."""

    kind: Kind
    label: str
    tokens: int
    digest: str
    source_id: str = ""

    @classmethod
    def of(cls, kind: Kind, label: str, text: str, *, source_id: str = "", tokens: int | None = None) -> "Block":
        counted = estimate_tokens(text) if tokens is None and text else tokens or 0
        return cls(kind, label, counted, _digest(text)[:DIGEST_CHARACTERS], source_id)


@dataclass(frozen=True, slots=True)
class Considered:
    """A passage that was found. `arms`: rank and score by arm; `dropped`: why it was left out, "" when it was not."""

    source_id: str
    document_id: str
    title: str
    heading: str
    score: float
    tokens: int
    arms: Mapping[str, tuple[int, float]] = field(default_factory=dict)
    dropped: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """`blocks` in the order in which the model read them; `budget_tokens` is that of passages."""

    blocks: tuple[Block, ...]
    passages: tuple[Considered, ...]
    budget_tokens: int

    @property
    def tokens(self) -> int:
        return sum(block.tokens for block in self.blocks)

    @property
    def digest(self) -> str:
        """SHA-256 over kind, source and content of every block, in order."""
        facts = [(block.kind, block.source_id, block.digest) for block in self.blocks]
        return _digest(json.dumps(facts, separators=(",", ":")))

    def to_json(self) -> dict[str, Any]:
        return {
            "digest": self.digest,
            "tokens": self.tokens,
            "budget_tokens": self.budget_tokens,
            "blocks": [_shallow(block) for block in self.blocks],
            "passages": [_shallow(each) for each in self.passages],
        }


def manifest_of(
    request: ChatRequest, considered: Iterable[Considered], *, memory: Collection[UUID], budget_tokens: int
) -> Manifest:
    """What this request gives a model, in the order of the prompt. `memory`: passages that are no document's."""
    passages = tuple(considered)
    sizes = {each.source_id: each.tokens for each in passages}
    rules = prompt_of(request).stable.removeprefix(request.instructions).strip()
    blocks = [Block.of("system", "Instructions", request.instructions), Block.of("system", "Rules", rules)]
    blocks += [Block.of("memory", each.label, each.text, source_id=each.version) for each in request.about]
    for number, each in enumerate(request.passages, start=1):
        kind: Kind = "memory" if each.id in memory else "passage"
        identity, text = str(each.id), "\n".join((each.title, *each.heading_path, each.text))
        blocks.append(Block.of(kind, f"[{number}] {each.title}", text, source_id=identity, tokens=sizes.get(identity)))
    blocks += [Block.of("history", each.role, each.text) for each in request.history]
    blocks.append(Block.of("question", "Question", request.question))
    told = [json.dumps(dict(each), sort_keys=True, default=str) for each in request.exchange]
    blocks += [Block.of("tools", "Called and told", text) for text in told]
    return Manifest(tuple(block for block in blocks if block.tokens), passages, budget_tokens)


def read_manifest(stored: object) -> Manifest | None:
    """From a trace; None for one that has none."""
    if not isinstance(stored, Mapping):
        return None
    return Manifest(
        tuple(Block(**each) for each in stored["blocks"]),
        tuple(_considered(each) for each in stored["passages"]),
        stored["budget_tokens"],
    )


def tokens_by_kind(blocks: Iterable[Block]) -> dict[str, int]:
    """In the order in which the kinds first come."""
    sums: dict[str, int] = {}
    for block in blocks:
        sums[block.kind] = sums.get(block.kind, 0) + block.tokens
    return sums


def _considered(stored: Mapping[str, Any]) -> Considered:
    arms: Mapping[str, Sequence[float]] = stored["arms"]
    return Considered(**{**stored, "arms": {arm: (int(rank), score) for arm, (rank, score) in arms.items()}})


def _shallow(row: Block | Considered) -> dict[str, Any]:
    """`asdict` copies whatever is in a row, which costs more than all else here."""
    return {each.name: getattr(row, each.name) for each in fields(row)}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
