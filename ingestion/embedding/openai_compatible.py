"""Any endpoint that speaks OpenAI's embeddings call: `EMBEDDINGS_URL=https://host/v1?model=NAME&dimensions=N`.

Optional in the URL: `max_tokens` (default 8191), `send_dimensions=1` for models that can shorten their vectors, and
`query_prefix` / `passage_prefix` for models that want one. The key is `user:KEY@` in the URL, never logged.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import httpx
import numpy as np

from ingestion.embedding.errors import EmbeddingRefused, EmbeddingsUrlInvalid, EmbeddingUnavailable, TextTooLong
from ingestion.embedding.port import EmbeddingModel, Purpose, Vectors

TEXTS_PER_REQUEST = 64
TIMEOUT = httpx.Timeout(60, connect=5)
_PIECE = re.compile(r"\w+|[^\w\s]")
_RETRYABLE = frozenset({408, 409, 425, 429})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What EMBEDDINGS_URL says."""

    url: str  # of the call itself
    key: str
    name: str
    model: EmbeddingModel
    send_dimensions: bool
    prefixes: Mapping[Purpose, str]


def parse_endpoint(address: str) -> Endpoint:
    """Raises EmbeddingsUrlInvalid saying which part is missing."""
    parts = urlsplit(address)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    if parts.scheme not in {"http", "https"} or not parts.hostname or not _has_good_port(parts):
        raise EmbeddingsUrlInvalid("it must look like https://host/v1?model=NAME&dimensions=N.")
    if not options.get("model"):
        raise EmbeddingsUrlInvalid("it names no model; add ?model=NAME.")
    model = EmbeddingModel(
        key=re.sub(r"[^a-z0-9]+", "-", options["model"].lower()).strip("-") + f"-{_number(options, 'dimensions')}",
        dimensions=_number(options, "dimensions"),
        max_tokens=_number(options, "max_tokens", 8191),
    )
    host = parts.netloc.rpartition("@")[2]
    path = parts.path.rstrip("/")
    return Endpoint(
        url=f"{parts.scheme}://{host}{path if path.endswith('/embeddings') else f'{path}/embeddings'}",
        key=unquote(parts.password or parts.username or ""),
        name=options["model"],
        model=model,
        send_dimensions=options.get("send_dimensions") == "1",
        prefixes={"query": options.get("query_prefix", ""), "passage": options.get("passage_prefix", "")},
    )


def _has_good_port(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _number(options: Mapping[str, str], name: str, default: int = 0) -> int:
    text = options.get(name, str(default) if default else "")
    if not text.isdecimal() or not int(text):
        raise EmbeddingsUrlInvalid(f"{name} must be a whole number above 0, e.g. &{name}=1024.")
    return int(text)


class OpenAICompatibleEmbedder:
    """Implements `Embedder`. Safe to call from several threads. Queries do not wait for passages: calls run at once."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._endpoint = endpoint
        headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
        self._http = httpx.Client(headers=headers, timeout=TIMEOUT)

    @classmethod
    def from_url(cls, address: str) -> "OpenAICompatibleEmbedder":
        return cls(parse_endpoint(address))

    @property
    def model(self) -> EmbeddingModel:
        return self._endpoint.model

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions).

        Raises EmbeddingUnavailable (away, busy), EmbeddingRefused (wrong key, model or shape) and TextTooLong.
        """
        prefix = self._endpoint.prefixes[purpose]
        self._check_lengths(texts)
        vectors = np.empty((len(texts), self.model.dimensions), np.float32)
        for start, part in _parts(texts):
            vectors[start : start + len(part)] = self._call([_clean(prefix + text) for text in part])
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """An estimate: the endpoint's tokenizer is not known here."""
        return [estimate_tokens(text) for text in texts]

    def close(self) -> None:
        self._http.close()

    def _check_lengths(self, texts: Sequence[str]) -> None:
        """Only what cannot fit however the endpoint counts is refused here; it refuses the rest itself."""
        for index, text in enumerate(texts):
            if len(text.split()) > self.model.max_tokens:
                raise TextTooLong(index=index, tokens=len(text.split()), max_tokens=self.model.max_tokens)

    def _call(self, texts: Sequence[str]) -> Vectors:
        request: dict[str, object] = {"model": self._endpoint.name, "input": texts, "encoding_format": "float"}
        if self._endpoint.send_dimensions:
            request["dimensions"] = self.model.dimensions
        try:
            response = self._http.post(self._endpoint.url, json=request)
        except httpx.HTTPError as error:
            raise EmbeddingUnavailable(
                f"The embeddings endpoint of EMBEDDINGS_URL cannot be reached ({type(error).__name__})."
            ) from error
        _check_status(response)
        return self._read(response, len(texts))

    def _read(self, response: httpx.Response, expected: int) -> Vectors:
        """Rows in the order of the texts, whatever the order of the answer, scaled to length 1."""
        try:
            rows = sorted(response.json()["data"], key=lambda row: row["index"])
            vectors = np.array([row["embedding"] for row in rows], np.float32)
        except (ValueError, KeyError, TypeError) as error:
            raise EmbeddingRefused("EMBEDDINGS_URL answered something that is not an embeddings response.") from error
        if vectors.shape != (expected, self.model.dimensions):
            raise EmbeddingRefused(
                f"EMBEDDINGS_URL says dimensions={self.model.dimensions}, but {expected} texts came back with shape "
                f"{vectors.shape}. Correct dimensions in the URL."
            )
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(vectors).all() or not lengths.all():
            raise EmbeddingRefused("EMBEDDINGS_URL answered a vector without direction (zeros or not numbers).")
        return np.asarray(vectors / lengths, np.float32)


def estimate_tokens(text: str) -> int:
    """One token per mark, one per four bytes of a word (rounded up), and two for the frame."""
    return 2 + sum(-(-len(piece.encode("utf-8", "replace")) // 4) for piece in _PIECE.findall(text))


def _clean(text: str) -> str:
    """JSON in UTF-8 takes no half surrogates."""
    return text.encode("utf-8", "replace").decode()


def _parts(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    for start in range(0, len(texts), TEXTS_PER_REQUEST):
        yield start, texts[start : start + TEXTS_PER_REQUEST]


def _check_status(response: httpx.Response) -> None:
    status = response.status_code
    if status in _RETRYABLE or status >= 500:
        wait = response.headers.get("retry-after", "")
        raise EmbeddingUnavailable(
            f"The embeddings endpoint of EMBEDDINGS_URL answered {status}; try again later.",
            retry_after_seconds=int(wait) if wait.isdecimal() else None,
        )
    if status in {401, 403}:
        raise EmbeddingRefused(f"The embeddings endpoint refused the key ({status}). Put it in EMBEDDINGS_URL.")
    if status != 200:
        raise EmbeddingRefused(f"The embeddings endpoint refused the call ({status}). Check EMBEDDINGS_URL's model.")
