"""Which model to move to, by its name on the command line."""

from ingestion.embedding.registry import get_embedder, get_embedders
from ingestion.embedding.state import Held
from ingestion.reembedding.errors import ModelUnknown


def choose_model(key: str | None) -> Held:
    """The named model, else that of EMBEDDINGS_URL. Raises ModelUnknown naming those that can be reached."""
    embedders = get_embedders()
    if key and key not in embedders:
        raise ModelUnknown(
            f"No embedding model is called {key!r}. There are {', '.join(embedders)}; put the address of another one "
            "into EMBEDDINGS_URL or EMBEDDINGS_OTHER_URLS.",
            param="to",
        )
    model = (embedders[key] if key else get_embedder()).model
    return Held(model.key, model.dimensions)
