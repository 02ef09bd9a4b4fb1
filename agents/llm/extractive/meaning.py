"""What speaks for a segment by meaning: its words' states in context against the question's (late interaction).

Follows ColBERT's MaxSim (Khattab, Zaharia 2020) on an embedder that gives token states; on one that gives only vectors,
the cosine of question and segment. Works on windows of the best passages only; their states cost a model run
and are kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from agents.llm.extractive.questions import QUESTION_WORDS, Question
from ingestion.embedding.errors import TextTooLong
from ingestion.embedding.port import Embedder, TokenEmbedder, TokenStates

Floats = NDArray[np.float64]
Mode = Literal["tokens", "vectors"]

TOKEN_NAMES = (
    "pooled", "pooled_rest", "peak", "maxsim", "maxsim_first", "maxsim_start", "maxsim_end", "wins",
    "maxsim_content", "maxsim_asking", "maxsim_predicate", "maxsim_focus", "maxsim_names",
    "wins_predicate", "maxsim_all",
)  # fmt: skip
VECTOR_NAMES = ("cosine", "cosine_covered", "cosine_high")
KEPT_WINDOWS = 96  # some 170 kB each


@dataclass(frozen=True, slots=True)
class Window:
    """Part of a passage that is looked at as a whole, below the heading above it. `spans`: its segments, as
    offsets into `text`; `heading_spans`: the heading that each stands under."""

    text: str
    spans: tuple[tuple[int, int], ...]
    heading_spans: tuple[tuple[int, int], ...]


class MeaningReader:
    """Compares questions and windows by one embedder; remembers windows' states. Safe to call from several threads."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self.mode: Mode = "tokens" if isinstance(embedder, TokenEmbedder) else "vectors"
        self._window_states = lru_cache(maxsize=KEPT_WINDOWS)(self._read_states)
        self._sentence_vector = lru_cache(maxsize=2048)(self._read_vector)

    @property
    def names(self) -> tuple[str, ...]:
        return TOKEN_NAMES if self.mode == "tokens" else VECTOR_NAMES

    def compare(
        self, question: Question, windows: Sequence[Window], *, rarities: dict[str, float], coverage: Floats
    ) -> Floats:
        """One row per span, windows in order; shape (spans, len(names)). `coverage`: lexical coverage per span."""
        if not windows:
            return np.zeros((0, len(self.names)))
        if self.mode == "vectors":
            return self._compare_vectors(question, windows, coverage)
        asked = self._window_states(question.text)
        states = [self._window_states(window.text) for window in windows]
        return _token_rows(question, asked, list(zip(windows, states, strict=True)), rarities)

    def _compare_vectors(self, question: Question, windows: Sequence[Window], coverage: Floats) -> Floats:
        asked = self._sentence_vector(question.text)
        texts = [window.text[a:b] for window in windows for a, b in window.spans]
        cosines = np.array([float(self._sentence_vector(text) @ asked) for text in texts])
        return np.stack([cosines, cosines * coverage, np.clip(cosines - 0.5, 0, 1)], axis=1)

    def _read_states(self, text: str) -> TokenStates:
        """States of the text, or of its first part where all of it is more than the model reads."""
        assert isinstance(self._embedder, TokenEmbedder)
        try:
            return self._embedder.embed_tokens([text])[0]
        except TextTooLong:
            return self._read_states(text[: len(text) // 2])

    def _read_vector(self, text: str) -> NDArray[np.float32]:
        vector: NDArray[np.float32] = self._embedder.embed([text], purpose="query")[0]
        return vector


def _token_rows(
    question: Question,
    asked: TokenStates,
    windows: Sequence[tuple[Window, TokenStates]],
    rarities: dict[str, float],
) -> Floats:
    states = asked.states.astype(np.float32)
    compared = [_Compared.of(found, _unit(states)) for _, found in windows]
    shares = _token_shares(question, asked, rarities)
    names = list(shares)
    asking = _Asking(
        pooled=_unit(states.mean(axis=0)),
        best=np.max([each.similarity.max(axis=1) for each in compared], axis=0),
        shares=np.stack([shares[name] for name in names], axis=1),
        names=names,
    )
    rows = [
        _segment_row(span, heading, each, asking)
        for (window, _), each in zip(windows, compared, strict=True)
        for span, heading in zip(window.spans, window.heading_spans, strict=True)
    ]
    return np.array(rows, dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Asking:
    """The question's side: pooled state, best similarity of each token anywhere, the tokens' shares by role."""

    pooled: NDArray[np.float32]
    best: NDArray[np.float32]
    shares: Floats
    names: list[str]


@dataclass(frozen=True, slots=True)
class _Compared:
    """A window's tokens: places, states, how near each is to the question's pooled state and to each of its tokens."""

    offsets: NDArray[np.int32]
    states: NDArray[np.float32]
    unit: NDArray[np.float32]
    similarity: NDArray[np.float32]  # (question tokens, window tokens)
    total: NDArray[np.float32]

    @classmethod
    def of(cls, found: TokenStates, asked: NDArray[np.float32]) -> "_Compared":
        states = found.states.astype(np.float32)
        unit = _unit(states)
        # einsum stays on this thread: for so little work, waking BLAS' threads costs more than it saves.
        similarity = np.einsum("qd,td->qt", asked, unit)
        return cls(found.offsets, states, unit, similarity, states.sum(axis=0))


def _segment_row(span: tuple[int, int], heading: tuple[int, int], window: _Compared, asking: _Asking) -> list[float]:
    inside = _tokens_within(window.offsets, span)
    if not inside.any():
        return [0.0] * len(TOKEN_NAMES)
    own = window.states[inside].sum(axis=0)
    closest = window.similarity[:, inside | _tokens_within(window.offsets, heading)].max(axis=1)
    won = closest >= asking.best - 1e-4
    near = dict(zip(asking.names, (closest @ asking.shares).tolist(), strict=True))
    wins = dict(zip(asking.names, (won @ asking.shares).tolist(), strict=True))
    return [
        float(_unit(own) @ asking.pooled),
        float(_unit(window.total - own) @ asking.pooled),
        float((window.unit[inside] @ asking.pooled).max()),
        float(closest[1:-1].mean()) if len(closest) > 2 else 0.0,
        float(closest[min(1, len(closest) - 1)]),
        float(closest[0]),
        float(closest[-1]),
        wins["content"],
        near["content"],
        near["asking"],
        near["predicate"],
        near["focus"],
        near["names"],
        wins["predicate"],
        near["rare"],
    ]


def _tokens_within(offsets: NDArray[np.int32], span: tuple[int, int]) -> NDArray[np.bool_]:
    starts, ends = offsets[:, 0], offsets[:, 1]
    return (starts >= span[0]) & (ends <= span[1]) & (ends > starts)


def _token_shares(question: Question, asked: TokenStates, rarities: dict[str, float]) -> dict[str, Floats]:
    """Weights over the question's tokens, each summing to 1 (or all 0): by what the token's word is for."""
    names = ("content", "asking", "predicate", "focus", "names", "rare")
    shares = {name: np.zeros(len(asked.offsets)) for name in names}
    for index, (start, end) in enumerate(asked.offsets):
        word = next((w for w in question.words if w.start <= start < w.end), None)
        if word is None or end <= start:
            continue
        rarity = rarities.get(word.stem, 0.0)
        if word.text.casefold() in QUESTION_WORDS:
            shares["asking"][index] = 1.0
        elif not word.is_stop:
            shares[_role(question, word.stem)][index] = rarity
            shares["content"][index] = rarity
        shares["rare"][index] = rarity + 0.5
    return {name: share / max(float(share.sum()), 1e-9) for name, share in shares.items()}


def _role(question: Question, stem: str) -> str:
    if stem in question.focus:
        return "focus"
    return "names" if stem in question.names or stem in question.numbers else "predicate"


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = rows / np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)
    return unit
