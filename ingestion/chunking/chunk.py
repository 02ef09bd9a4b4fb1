"""What chunking yields, its settings, and the one place that says which text is embedded for a passage."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

TokenCounts = Callable[[Sequence[str]], list[int]]  # tokens per text, special tokens included

_LONGEST_TITLE = 120  # characters of it that are embedded
_LONGEST_PATH = 240


@dataclass(frozen=True, slots=True)
class ChunkingOptions:
    """Sizes in the embedder's tokens. `overlap_share` is what a passage repeats of the one before it, where a block had
    to be torn; sections smaller than `min_tokens` join their siblings."""

    max_tokens: int = 512
    min_tokens: int = 100
    overlap_share: float = 0.12


@dataclass(frozen=True, slots=True)
class TextChunk:
    """`text == document.text[char_start:char_end]`. `token_count` is of `embedded_text`, `content_hash` its SHA-256:
    the same wherever in the document the passage stands."""

    ordinal: int
    heading_path: tuple[str, ...]
    anchor: str
    text: str
    char_start: int
    char_end: int
    token_count: int
    content_hash: str
    embedded_text: str


def text_to_embed(*, title: str, heading_path: Sequence[str] = (), text: str = "", shrink: int = 1) -> str:
    """The passage under its title and headings, so that "it" and "this option" are found under their names.

    `shrink` divides the room for title and headings, for scripts of which a character is several tokens.
    """
    path = [heading for heading in heading_path if heading.casefold() != title.casefold()]
    while len(path) > 1 and sum(map(len, path)) > _LONGEST_PATH // shrink:
        path.pop(0)
    lines = [title[: _LONGEST_TITLE // shrink], " > ".join(path)[: _LONGEST_PATH // shrink], text]
    return "\n".join(line for line in lines if line)


def hash_text(embedded: str) -> str:
    return hashlib.sha256(embedded.encode("utf-8", errors="surrogatepass")).hexdigest()
