"""What can go wrong in a graph store."""

from rapport.errors import RapportError, Unavailable


class GraphStoreUnavailable(Unavailable):
    code = "graph_store_unavailable"


class GraphStoreMisconfigured(GraphStoreUnavailable):
    """The store answers, but not as it must: a setting, the server's version or its contents have to be mended.

    Retryable all the same: what waits goes on as soon as someone has mended it.
    """

    code = "graph_store_misconfigured"


class GraphWriteFailed(RapportError):
    """The call's nodes and edges do not fit together; nothing of it was written."""

    code = "graph_write_failed"
