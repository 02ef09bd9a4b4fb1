"""What the driver raises, as one sentence that names GRAPH_URL and says what to do.

The server's own words are never passed on: they may quote what was written.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import (
    AuthError,
    ConfigurationError,
    DriverError,
    Forbidden,
    ForbiddenOnReadOnlyDatabase,
    Neo4jError,
)

from ingestion.graph.errors import GraphStoreMisconfigured, GraphStoreUnavailable
from ingestion.graph.neo4j.address import ServerAddress

REMEDIES = {
    "Neo.ClientError.Security.AuthenticationRateLimit": "refuses every sign-in for a while after several wrong "
    "passwords; correct the password and wait a few seconds",
    "Neo.ClientError.Security.CredentialsExpired": "wants the user's first password changed; "
    "set a new one and put it into GRAPH_URL",
    "Neo.ClientError.Database.DatabaseNotFound": "has no such database; name one that exists with ?database=",
    "Neo.TransientError.Database.DatabaseUnavailable": "has this database stopped; start it, or look at its log",
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError": "has no memory left for transactions; raise "
    "dbms.memory.transaction.total.max",
    "Neo.TransientError.General.OutOfMemoryError": "has no memory left; raise server.memory.heap.max_size",
}


@contextmanager
def translated(address: ServerAddress) -> Iterator[None]:
    """Raises GraphStoreUnavailable or GraphStoreMisconfigured instead of what the driver raises."""
    try:
        yield
    except Neo4jError as error:
        raise _of_server(address, error) from error
    except ConfigurationError as error:
        raise GraphStoreMisconfigured(
            f"GRAPH_URL: {address.uri} is not how this server is reached ({type(error).__name__}): try bolt:// for one "
            "server without encryption, bolt+s:// with, neo4j+s:// for a cluster."
        ) from error
    except (DriverError, OSError) as error:
        raise GraphStoreUnavailable(
            f"GRAPH_URL: no Neo4j answers at {address.place} ({type(error).__name__}). Start it, or correct the "
            "address; what waits for it goes on by itself."
        ) from error


def _of_server(address: ServerAddress, error: Neo4jError) -> GraphStoreUnavailable:
    code = error.code or type(error).__name__
    if remedy := REMEDIES.get(code):
        return GraphStoreMisconfigured(f"GRAPH_URL: Neo4j at {address.place} {remedy}.")
    if isinstance(error, AuthError):
        return GraphStoreMisconfigured(
            f"GRAPH_URL: Neo4j at {address.place} refuses the user or the password. Correct them in GRAPH_URL."
        )
    if isinstance(error, ForbiddenOnReadOnlyDatabase) or "ReadOnly" in code:
        return GraphStoreMisconfigured(
            f"GRAPH_URL: Neo4j at {address.place} takes no writes. Make the database writable (its disk may be full), "
            "or name the writable member, or use neo4j:// for a cluster."
        )
    if isinstance(error, Forbidden):
        return GraphStoreMisconfigured(
            f"GRAPH_URL: the user may not do this on Neo4j at {address.place} ({code}). Rapport reads, writes and "
            "makes constraints: give it a user who may."
        )
    if "TransactionTimedOut" in code:
        return GraphStoreUnavailable(f"GRAPH_URL: Neo4j at {address.place} took too long for a query and stopped it.")
    return GraphStoreUnavailable(
        f"GRAPH_URL: Neo4j at {address.place} did not do what it was asked ({code}); its log says more."
    )
