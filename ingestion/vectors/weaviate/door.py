"""The one connection of a process to Weaviate, and what its errors mean to people. It knows nothing of chunks."""

import atexit
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import weaviate
from weaviate.classes.init import AdditionalConfig, Auth, Timeout
from weaviate.exceptions import UnexpectedStatusCodeError, WeaviateBaseError, WeaviateQueryError

from ingestion.vectors.errors import VectorSchemaMismatch, VectorStoreUnavailable
from ingestion.vectors.weaviate.address import ServerAddress
from rapport.errors import RapportError

INIT_SECONDS = 3
QUERY_SECONDS = 15
INSERT_SECONDS = 60
OLDEST = (1, 36)


class TenantUnknown(Exception):
    """The store has never held anything of this tenant; callers answer "nothing"."""


class TenantAsleep(Exception):
    """The tenant's shard is not active; callers wake it and ask again."""


class Door:
    """The client is made when it is first needed and again after a fork: its threads and sockets cross none."""

    def __init__(self, address: ServerAddress) -> None:
        self.address = address
        self._client: weaviate.WeaviateClient | None = None
        self._owner = 0
        self._lock = threading.Lock()

    def client(self) -> weaviate.WeaviateClient:
        with self._lock:
            if self._client is None or self._owner != os.getpid():
                with self.translated():
                    self._client = self._connect()
                    atexit.register(self._close, self._client, os.getpid())
                self._owner = os.getpid()
            return self._client

    @staticmethod
    def _close(client: weaviate.WeaviateClient, owner: int) -> None:
        """Before the interpreter ends: the client complains when it is collected open."""
        if owner == os.getpid():
            client.close()

    def _connect(self) -> weaviate.WeaviateClient:
        """Without the client's own checks: they ask the package index for the newest client."""
        at = self.address
        client = weaviate.connect_to_custom(
            http_host=at.host,
            http_port=at.port,
            http_secure=at.is_encrypted,
            grpc_host=at.grpc_host,
            grpc_port=at.grpc_port,
            grpc_secure=at.is_encrypted,
            auth_credentials=Auth.api_key(at.key) if at.key else None,
            skip_init_checks=True,
            additional_config=AdditionalConfig(
                timeout=Timeout(init=INIT_SECONDS, query=QUERY_SECONDS, insert=INSERT_SECONDS)
            ),
        )
        _leave_repeating_to_us(client)
        return client

    def check(self) -> None:
        """For the health page and before first use. Raises VectorStoreUnavailable, VectorSchemaMismatch for a server
        that is too old."""
        with self.translated():
            version = str(self.client().get_meta()["version"])
        numbers = tuple(int(part) for part in version.split(".")[:2] if part.isdecimal())
        if numbers < OLDEST:
            raise VectorSchemaMismatch(
                f"Weaviate at {self.address.place} (VECTORS_URL) is version {version}; 1.36 or newer is needed."
            )

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Whatever the client raises becomes an error of ours. Raises TenantUnknown, TenantAsleep."""
        try:
            yield
        except (WeaviateBaseError, httpx.HTTPError, OSError) as error:
            raise self._translate(error) from error

    def _translate(self, error: Exception) -> Exception:
        said = str(error)
        if "tenant not found" in said or "tenant does not exist" in said:
            return TenantUnknown(said[:200])
        if "tenant not active" in said or "tenant is not active" in said or "INACTIVE" in said:
            return TenantAsleep(said[:200])
        if _is_refusal(error, said):
            return KeyRefused(
                f"Weaviate at {self.address.place} refuses the key in VECTORS_URL: weaviate://:API_KEY@host:port."
            )
        if isinstance(error, WeaviateQueryError | UnexpectedStatusCodeError) and not _is_silence(said):
            return VectorStoreUnavailable(
                f"Weaviate at {self.address.place} (VECTORS_URL) could not do what it was asked. Its log says why."
            )
        return VectorStoreUnavailable(
            f"Weaviate at {self.address.place} does not answer. Start it (`make services`), or correct VECTORS_URL."
        )


def _leave_repeating_to_us(client: weaviate.WeaviateClient) -> None:
    """The client would send a batch again, byte for byte, when the server went away under it. The server then takes
    what it had half written for unchanged and never puts it into the vector index: see `objects.to_objects`."""
    connection = client._connection
    send = connection.grpc_batch_objects

    def send_once(request: Any, timeout: float, max_retries: float) -> Any:
        return send(request, timeout=timeout, max_retries=-1)

    setattr(connection, "grpc_batch_objects", send_once)  # noqa: B010  the client has no setting for it


class KeyRefused(RapportError):
    code = "vector_store_key_refused"
    is_retryable = True  # someone may mend it while documents wait


def _is_silence(said: str) -> bool:
    return any(word in said for word in ("UNAVAILABLE", "DEADLINE", "failed to connect", "Connection refused"))


def _is_refusal(error: Exception, said: str) -> bool:
    status = error.status_code if isinstance(error, UnexpectedStatusCodeError) else 0
    return status in {401, 403} or "UNAUTHENTICATED" in said or "PERMISSION_DENIED" in said
