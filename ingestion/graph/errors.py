"""What can go wrong in a graph store."""

from rapport.errors import RapportError, Unavailable


class GraphStoreUnavailable(Unavailable):
    code = "graph_store_unavailable"


class GraphWriteFailed(RapportError):
    """The call's nodes and edges do not fit together; nothing of it was written."""

    code = "graph_write_failed"
