"""Which embedders this installation can reach, each by its model's key.

EMBEDDINGS_URL names the one for new tenants, and to which the others move; EMBEDDINGS_OTHER_URLS names more, and the
built-in ones are always there. Which one answers for a tenant is in `ingestion.embedding.state`.
"""

from functools import lru_cache
from threading import Lock

from ingestion.embedding.errors import EmbeddingsUrlInvalid
from ingestion.embedding.port import Embedder
from ingestion.embedding.unreachable import UnreachableEmbedder
from ingestion.embedding.weights import Precision, describe_model
from rapport.config import Config, get_config
from rapport.metrics.timing import timed

PRECISIONS: tuple[Precision, ...] = ("int8", "float32")

_making = Lock()


def get_embedder() -> Embedder:
    """The embedder of EMBEDDINGS_URL: one a process, safe for its threads. Raises EmbeddingsUrlInvalid and
    EmbeddingModelMissing."""
    with _making:
        return next(iter(_make_all().values()))


def get_embedders() -> dict[str, Embedder]:
    """By model key, that of EMBEDDINGS_URL first. Nothing is opened yet. Raises as `get_embedder`."""
    with _making:
        return dict(_make_all())


def find_embedder(model_key: str, *, dimensions: int) -> Embedder:
    """The model's embedder. One that no setting names says so when it is asked to embed: words are still searched."""
    return get_embedders().get(model_key) or UnreachableEmbedder(model_key, dimensions)


@lru_cache(maxsize=1)
def _make_all() -> dict[str, Embedder]:
    config = get_config()
    urls = (config.embeddings_url, *config.embeddings_other_urls, *(f"builtin:{each}" for each in PRECISIONS))
    found: dict[str, Embedder] = {}
    for url in urls:
        embedder = make_embedder(config, url)
        found.setdefault(embedder.model.key, timed(embedder, "embedder"))
    return found


def make_embedder(config: Config, url: str) -> Embedder:
    """`builtin:` talks to the process at DATA_DIR/embedder.sock, and starts it where none runs."""
    if not url.startswith("builtin:"):
        from ingestion.embedding.openai_compatible import OpenAICompatibleEmbedder

        return OpenAICompatibleEmbedder.from_url(url)
    from ingestion.embedding.client import BuiltinEmbedder

    precision = builtin_precision(url)
    return BuiltinEmbedder(config.data_dir / socket_name(precision), precision=precision, autostart=True)


def builtin_precision(url: str) -> Precision:
    """Of `builtin:`, `builtin:int8` and `builtin:float32`. Raises EmbeddingsUrlInvalid."""
    name = url.partition(":")[2] or PRECISIONS[0]
    if name not in PRECISIONS:
        raise EmbeddingsUrlInvalid(f"there is no {url}; write builtin:, builtin:float32 or https://host/v1?model=….")
    return name


def is_builtin(model_key: str) -> bool:
    """It runs here, and asking it costs nothing."""
    return model_key in {describe_model(each).key for each in PRECISIONS}


def socket_name(precision: Precision) -> str:
    return "embedder.sock" if precision == "int8" else f"embedder-{precision}.sock"
