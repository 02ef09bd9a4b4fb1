"""The client finds its server again, starts one where it may, and says so when there is none."""

import multiprocessing
import os
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from ingestion.embedding import launching
from ingestion.embedding.client import BuiltinEmbedder
from ingestion.embedding.errors import EmbeddingUnavailable, TextTooLong
from tests.ingestion.embedding.processes import load_model, models_folder, running_server, start_server


def test_no_server_is_an_error_that_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EmbeddingUnavailable, match="make run") as refusal:
        BuiltinEmbedder(tmp_path / "e.sock", patience_seconds=0).embed(["hello"], purpose="query")
    assert refusal.value.is_retryable


def test_it_starts_one_server_however_many_ask(tmp_path: Path) -> None:
    load_model()
    before = list(launching._children)
    path = tmp_path / "e.sock"
    clients = [BuiltinEmbedder(path, models=models_folder(), autostart=True) for _ in range(3)]
    found: list[tuple[int, ...]] = []

    def ask(client: BuiltinEmbedder) -> None:
        found.append(client.embed(["hello"], purpose="query").shape)

    threads = [threading.Thread(target=ask, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    started = [child for child in launching._children if child not in before]
    try:
        assert found == [(1, 384)] * 3
        listening = [child for child in started if child.poll() is None and _listens(child.pid)]
        assert len(listening) == 1
    finally:
        for child in started:
            child.terminate()
            child.wait(20)


def _listens(pid: int) -> bool:
    return any(one.status == psutil.CONN_NONE and one.laddr for one in psutil.Process(pid).net_connections("unix"))


def test_a_killed_server_that_comes_back_is_found_again(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"
    client = BuiltinEmbedder(path, patience_seconds=30)
    first = start_server(path)
    before = client.embed(["hello"], purpose="query")

    first.kill()
    first.wait(20)
    with running_server(path):
        assert np.array_equal(client.embed(["hello"], purpose="query"), before)


def test_threads_share_a_client(tmp_path: Path) -> None:
    texts = [f"question number {number}" for number in range(12)]
    with running_server(tmp_path / "e.sock") as client:
        found: dict[str, bool] = {}

        def ask(text: str) -> None:
            found[text] = np.array_equal(client.embed([text], purpose="query"), load_model().encode([text]))

        threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    assert found == dict.fromkeys(texts, True)


def _ask_in_child(client: BuiltinEmbedder, pipe: "multiprocessing.connection.Connection") -> None:
    pipe.send(client.embed(["child"], purpose="query"))
    os._exit(0)


def test_a_forked_process_opens_its_own_connections(tmp_path: Path) -> None:
    with running_server(tmp_path / "e.sock") as client:
        client.embed(["leaves an idle connection"], purpose="query")
        here, there = multiprocessing.Pipe()
        child = multiprocessing.get_context("fork").Process(target=_ask_in_child, args=(client, there))
        child.start()
        mine = client.embed(["parent"], purpose="query")
        assert here.poll(30)
        theirs = here.recv()
        child.join(20)

    assert np.array_equal(mine, load_model().encode(["parent"]))
    assert np.array_equal(theirs, load_model().encode(["child"]))


def test_a_text_that_is_too_long_is_named_by_its_place_in_the_whole_call(tmp_path: Path) -> None:
    with running_server(tmp_path / "e.sock") as client:
        with pytest.raises(TextTooLong) as refusal:
            client.embed(["fine"] * 300 + ["a " * 511], purpose="passage")
        assert (refusal.value.index, refusal.value.tokens) == (300, 513)
        assert client.count_tokens(["fine"] * 300) == [3] * 300
