"""The built-in model as other processes use it: an `Embedder` over the embedder's socket.

Connections are kept and shared by threads; after a fork each process opens its own. A server that was restarted is
found again: every request may be repeated, since embedding changes nothing.
"""

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from ingestion.embedding.errors import EmbeddingUnavailable, TextTooLong
from ingestion.embedding.launching import launch_server
from ingestion.embedding.port import EmbeddingModel, Purpose, TokenStates, Vectors
from ingestion.embedding.weights import Precision, describe_model
from ingestion.embedding.wire import (
    HEARTBEAT_SECONDS,
    Kind,
    pack_texts,
    receive_frame,
    send_frame,
    socket_address,
    unpack_error,
    unpack_token_states,
)
from rapport.errors import RapportError

SILENCE_SECONDS = 10 * HEARTBEAT_SECONDS  # a server that lives says so more often
TEXTS_PER_REQUEST = 256  # bounds what is lost when a client dies, and the size of a frame
IDLE_CONNECTIONS = 8
_FIRST_PAUSE_SECONDS = 0.02
_LONGEST_PAUSE_SECONDS = 0.25
_START_AGAIN_SECONDS = 3.0


class BuiltinEmbedder:
    """Implements `Embedder` and `TokenEmbedder`. Safe to call from several threads.

    With `autostart` it starts the server when none answers. Waits up to `patience_seconds` for one to appear (the first
    start of all builds the model's file, some seconds), then raises EmbeddingUnavailable.
    """

    def __init__(
        self,
        path: Path,
        *,
        models: Path | None = None,
        precision: Precision = "int8",
        autostart: bool = False,
        patience_seconds: float = 60,
    ) -> None:
        self._path = path
        self._precision = precision
        self._models = models or path.parent / "models"
        self._autostart = autostart
        self._patience_seconds = patience_seconds
        self._idle: list[socket.socket] = []
        self._owner = os.getpid()
        self._lock = threading.Lock()
        self._next_start = 0.0

    @property
    def model(self) -> EmbeddingModel:
        return describe_model(self._precision)

    def embed(self, texts: Sequence[str], *, purpose: Purpose) -> Vectors:
        """Unit vectors, shape (len(texts), 384). Raises TextTooLong and EmbeddingUnavailable."""
        kind = Kind.EMBED_QUERIES if purpose == "query" else Kind.EMBED_PASSAGES
        found = [np.frombuffer(body, np.float32) for _, body in self._ask_in_parts(kind, texts)]
        return np.concatenate([np.empty(0, np.float32), *found]).reshape(len(texts), self.model.dimensions)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        """The last layer's states. Raises TextTooLong and EmbeddingUnavailable."""
        found: list[TokenStates] = []
        for size, body in self._ask_in_parts(Kind.EMBED_TOKENS, texts):
            found += unpack_token_states(body, size, self.model.dimensions)
        return found

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens per text, special tokens included. Raises EmbeddingUnavailable."""
        counts: list[int] = []
        for _, body in self._ask_in_parts(Kind.COUNT_TOKENS, texts):
            counts += np.frombuffer(body, np.int32).tolist()
        return counts

    def close(self) -> None:
        """Close the idle connections. The embedder stays usable."""
        with self._lock:
            while self._idle:
                self._idle.pop().close()

    def _ask_in_parts(self, kind: Kind, texts: Sequence[str]) -> Iterator[tuple[int, bytearray]]:
        for start in range(0, len(texts), TEXTS_PER_REQUEST):
            part = texts[start : start + TEXTS_PER_REQUEST]
            try:
                yield len(part), self._ask(kind, pack_texts(part))
            except TextTooLong as error:
                raise TextTooLong(index=start + error.index, tokens=error.tokens, max_tokens=error.max_tokens) from None

    def _ask(self, kind: Kind, body: bytes) -> bytearray:
        """One request and its answer; repeated over new connections while the patience lasts."""
        deadline = time.monotonic() + self._patience_seconds
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                with self._connection() as connection:
                    return _exchange(connection, kind, body)
            except OSError as error:  # includes a silent server
                self.close()  # the others lead to the same server
                if time.monotonic() + pause > deadline:
                    raise EmbeddingUnavailable(
                        "The embedder does not answer. `make run` starts it; or set EMBEDDINGS_URL to another one."
                    ) from error
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)

    @contextlib.contextmanager
    def _connection(self) -> Iterator[socket.socket]:
        """A connection that goes back to the idle ones unless something went wrong on it."""
        connection = self._take_idle() or self._connect()
        try:
            yield connection
        except RapportError:  # an answer too: the connection is whole
            self._give_back(connection)
            raise
        except BaseException:
            connection.close()
            raise
        self._give_back(connection)

    def _take_idle(self) -> socket.socket | None:
        if self._owner != os.getpid():  # forked: the parent's connections are not ours to speak on
            self._owner, self._lock, self._idle = os.getpid(), threading.Lock(), []
        with self._lock:
            return self._idle.pop() if self._idle else None

    def _give_back(self, connection: socket.socket) -> None:
        with self._lock:
            if len(self._idle) < IDLE_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> socket.socket:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SILENCE_SECONDS)
        try:
            connection.connect(own_address(self._path))
        except OSError:
            connection.close()
            self._start_server()
            raise
        return connection

    def _start_server(self) -> None:
        if not self._autostart:
            return
        with self._lock:
            if time.monotonic() < self._next_start:
                return
            self._next_start = time.monotonic() + _START_AGAIN_SECONDS
        launch_server(self._path, self._models, self._precision)


def own_address(path: Path) -> str:
    """The server's address. Raises PermissionError when a name in the shared temporary folder is another user's."""
    address = socket_address(path)
    if address != str(path.absolute()) and Path(address).lstat().st_uid != os.getuid():
        raise PermissionError(f"{address} belongs to another user")
    return address


def _exchange(connection: socket.socket, kind: Kind, body: bytes) -> bytearray:
    """Send a request, wait for its answer. Raises OSError when the server is gone or silent, and what it refused."""
    send_frame(connection, kind, body)
    while True:
        answer, content = receive_frame(connection)
        if answer is Kind.REFUSED:
            raise unpack_error(content)
        if answer is not Kind.WORKING:
            return content
