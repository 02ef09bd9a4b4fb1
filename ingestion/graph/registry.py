"""Which graph store this installation uses: named by GRAPH_URL."""

from functools import cache

from ingestion.graph.embedded import EmbeddedGraphStore
from ingestion.graph.port import GraphStore
from rapport.config import get_config
from rapport.metrics.timing import timed


@cache
def get_graph_store() -> GraphStore:
    """One per process; it opens nothing yet. Raises GraphStoreMisconfigured when GRAPH_URL is incomplete."""
    return timed(_make(), "graph")


def _make() -> GraphStore:
    config = get_config()
    if config.graph_url.startswith("embedded:"):
        return EmbeddedGraphStore(config.data_dir / "graph.sqlite3")
    from ingestion.graph.neo4j.store import Neo4jGraphStore  # the driver is loaded only where it is used

    return Neo4jGraphStore(config.graph_url)


def check_graph() -> None:
    """The health page's question."""
    get_graph_store().check()
