"""What the embedder's process does with each request. Must not import Django."""

import os
import socket
from collections.abc import Sequence

import numpy as np

from ingestion.embedding.lanes import Job, Lane
from ingestion.embedding.minilm import MiniLM
from ingestion.embedding.port import TokenStates, Vectors
from ingestion.embedding.recent import RecentStates, RecentTokens
from ingestion.embedding.weights import DIMENSIONS
from ingestion.embedding.wire import (
    HEARTBEAT_SECONDS,
    Kind,
    pack_array,
    pack_error,
    pack_token_states,
    receive_frame,
    send_frame,
    unpack_texts,
)
from rapport.errors import InvalidRequest, RapportError

RECENT_TEXTS = 4_096  # at two bytes a token, under ten megabytes; blocks are counted too, and push passages out
RECENT_STATES = 96  # some 170 kB each
PASSAGE_NICENESS = 10  # about a tenth of a core while a query wants it, all of it otherwise


class EmbedderService:
    """Answers requests of many connections, each on its own thread."""

    def __init__(self, model: MiniLM, *, threads: int) -> None:
        self._model = model
        self._queries = Lane("query", threads=threads)
        self._passages = Lane("passage", threads=threads, niceness=PASSAGE_NICENESS)
        self._states = RecentStates(most=RECENT_STATES)
        self._recent = RecentTokens(most=RECENT_TEXTS, max_tokens=model.model.max_tokens)

    def serve(self, connection: socket.socket) -> None:
        """Answer one connection's requests until it closes."""
        with connection:
            try:
                while True:
                    kind, body = receive_frame(connection)
                    send_frame(connection, *self._answer(connection, kind, unpack_texts(body)))
            except (OSError, ValueError):
                return  # the client is gone, or is none of ours: nobody is left to be told

    def _answer(self, connection: socket.socket, kind: Kind, texts: list[str]) -> tuple[Kind, bytes]:
        try:
            if kind is Kind.COUNT_TOKENS:
                return Kind.COUNTS, pack_array(np.array(self._count(texts), np.int32))
            if kind is Kind.EMBED_TOKENS:
                return Kind.TOKEN_STATES, pack_token_states(self._embed_tokens(connection, texts))
            if kind is Kind.EMBED_QUERIES:
                return Kind.VECTORS, pack_array(self._embed(connection, texts, self._queries))
            if kind is Kind.EMBED_PASSAGES:
                return Kind.VECTORS, pack_array(self._embed(connection, texts, self._passages))
            raise InvalidRequest(f"The embedder knows no request of kind {kind}.")
        except RapportError as error:
            return Kind.REFUSED, pack_error(error)

    def _count(self, texts: Sequence[str]) -> list[int]:
        rows = self._model.token_ids(texts)
        self._recent.keep(texts, rows)
        return [len(row) for row in rows]

    def _embed(self, connection: socket.socket, texts: Sequence[str], lane: Lane) -> Vectors:
        rows = self._recent.take(texts) or self._model.tokenize(texts)
        if len(rows) == 1 and lane is self._queries:
            return self._model.encode_ids(rows)  # one thread less to wake
        vectors = np.empty((len(rows), DIMENSIONS), np.float32)

        def encode(index: int) -> None:
            vectors[index] = self._model.encode_ids([rows[index]])[0]

        longest_first = sorted(range(len(rows)), key=lambda index: -len(rows[index]))  # so that no core waits long
        _await_job(lane.submit(encode, longest_first), connection)
        return vectors

    def _embed_tokens(self, connection: socket.socket, texts: Sequence[str]) -> list[TokenStates]:
        found = {text: states for text in texts if (states := self._states.find(text)) is not None}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:
            encodings = self._model.tokenize_with_offsets(texts)  # of all: a refusal names the text's place

            def encode(index: int) -> None:
                found[texts[index]] = self._model.states_of(encodings[index])
                self._states.keep(texts[index], found[texts[index]])

            _await_job(self._queries.submit(encode, [texts.index(text) for text in new]), connection)
        return [found[text] for text in texts]


def _await_job(job: Job, connection: socket.socket) -> None:
    """Wait, with heartbeats; a client that is gone takes its job with it."""
    try:
        while not job.wait(HEARTBEAT_SECONDS):
            send_frame(connection, Kind.WORKING)
    except OSError:
        job.cancel()
        raise


def available_cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
