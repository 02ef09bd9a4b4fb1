"""Which graph store this installation uses: named by GRAPH_URL."""

from functools import cache

from ingestion.graph.embedded import EmbeddedGraphStore
from ingestion.graph.port import GraphStore
from rapport.config import ConfigError, get_config


@cache
def get_graph_store() -> GraphStore:
    """One per process. Raises ConfigError naming GRAPH_URL for a store that this version does not have."""
    config = get_config()
    if config.graph_url.startswith("embedded:"):
        return EmbeddedGraphStore(config.data_dir / "graph.sqlite3")
    raise ConfigError("This version has only the embedded graph store: set GRAPH_URL=embedded:")
