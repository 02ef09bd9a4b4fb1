"""The embedder's process: light, alone on its socket, ends when told, and one bad client harms nobody else."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from ingestion.embedding.client import BuiltinEmbedder
from ingestion.embedding.wire import Kind, pack_texts, receive_frame, send_frame, socket_address
from tests.ingestion.embedding.processes import load_model, models_folder, running_server, start_server, wait_until_gone

PASSAGES = [f"Passage {number} tells how refunds, invoices and plans work. " * 15 for number in range(120)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, BuiltinEmbedder]]:
    path = tmp_path_factory.mktemp("e") / "e.sock"
    with running_server(path) as client:
        client.embed(["ready?"], purpose="query")
        yield path, client


def test_it_imports_neither_django_nor_structlog_nor_onnx() -> None:
    code = (
        "import sys, ingestion.embedding.server, ingestion.embedding.service\n"
        "print(sorted({'django', 'structlog', 'onnx', 'safetensors', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"


def test_the_client_imports_no_model() -> None:
    code = "import sys, ingestion.embedding.client\nprint({'onnxruntime', 'tokenizers'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"set()\n"


def test_it_answers_what_the_model_says(served: tuple[Path, BuiltinEmbedder]) -> None:
    _, client = served
    texts = ["How do I get a refund?", "", "Zwölf Boxkämpfer 🙂"]

    assert np.array_equal(client.embed(texts, purpose="passage"), load_model().encode(texts))
    assert np.array_equal(client.embed(texts, purpose="query"), load_model().encode(texts))
    assert client.count_tokens(texts) == load_model().count_tokens(texts)
    for found, expected in zip(client.embed_tokens(texts), load_model().embed_tokens(texts), strict=True):
        assert np.array_equal(found.states, expected.states)
        assert np.array_equal(found.offsets, expected.offsets)


def test_a_query_overtakes_passages(served: tuple[Path, BuiltinEmbedder]) -> None:
    path, client = served
    with socket.socket(socket.AF_UNIX) as other:
        other.connect(socket_address(path))
        other.settimeout(60)
        send_frame(other, Kind.EMBED_PASSAGES, pack_texts(PASSAGES))

        for _ in range(3):
            assert client.embed(["How do I get a refund?"], purpose="query").shape == (1, 384)
        other.setblocking(False)
        with contextlib.suppress(BlockingIOError):  # nothing came, or it says that it still works
            assert other.recv(5, socket.MSG_PEEK)[4] == Kind.WORKING

        other.settimeout(60)
        while (frame := receive_frame(other))[0] is Kind.WORKING:
            pass
        assert len(frame[1]) == len(PASSAGES) * 384 * 4


def test_only_its_owner_may_speak_to_it(served: tuple[Path, BuiltinEmbedder]) -> None:
    assert stat.S_IMODE(Path(socket_address(served[0])).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "junk",
    [b"GET / HTTP/1.1\r\n\r\n", b"\x02\0\0\0\x01{}", b"\x03\0\0\0\x01\xff\xfe\xfd", b"\x04\0\0\0\x02[1]\n", b"\x01"],
)
def test_junk_ends_its_own_connection_only(served: tuple[Path, BuiltinEmbedder], junk: bytes) -> None:
    path, client = served
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.connect(socket_address(path))
        stranger.settimeout(20)
        stranger.sendall(junk)
        stranger.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):  # it hung up on what it had not read
            assert stranger.recv(100) == b""

    assert client.embed(["still there"], purpose="query").shape == (1, 384)


def test_a_client_that_leaves_takes_its_passages_with_it(served: tuple[Path, BuiltinEmbedder]) -> None:
    path, client = served
    with socket.socket(socket.AF_UNIX) as leaving:
        leaving.connect(socket_address(path))
        send_frame(leaving, Kind.EMBED_PASSAGES, pack_texts(PASSAGES))

    assert client.embed(PASSAGES[:1], purpose="passage").shape == (1, 384)  # takes turns with what is left


def test_unknown_requests_are_refused_in_words(served: tuple[Path, BuiltinEmbedder]) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(socket_address(served[0]))
        connection.settimeout(20)
        send_frame(connection, Kind.VECTORS, pack_texts(["x"]))
        kind, body = receive_frame(connection)
    assert kind is Kind.REFUSED
    assert b"invalid_request" in body


def test_a_stop_removes_the_socket(tmp_path: Path) -> None:
    server = start_server(tmp_path / "e.sock")
    BuiltinEmbedder(tmp_path / "e.sock").embed(["ready?"], purpose="query")

    server.send_signal(signal.SIGTERM)

    assert server.wait(20) == 0
    assert not (tmp_path / "e.sock").exists()


def test_a_second_server_waits_for_the_first_and_then_takes_over(tmp_path: Path) -> None:
    path = tmp_path / "e.sock"
    first, client = start_server(path), BuiltinEmbedder(path, patience_seconds=30)
    client.embed(["ready?"], purpose="query")
    second = start_server(path)
    try:
        assert start_server(path, "--unless-served").wait(20) == 0
        first.kill()
        first.wait(20)
        assert client.embed(["who answers?"], purpose="query").shape == (1, 384)
        assert second.poll() is None
    finally:
        second.terminate()
        second.wait(20)


def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    load_model()
    path = tmp_path / "e.sock"
    options = ["--socket", str(path), "--models", str(models_folder()), "--exit-with-parent"]
    code = (
        "import subprocess, sys, time\n"
        "child = subprocess.Popen([sys.executable, '-m', 'ingestion.embedding.server', *sys.argv[1:]])\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code, *options], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = psutil.Process(int(parent.stdout.readline()))
    BuiltinEmbedder(path, patience_seconds=30).embed(["ready?"], purpose="query")

    parent.kill()
    parent.wait(20)
    parent.stdout.close()

    wait_until_gone(path)
    psutil.wait_procs([child], timeout=20)
    assert not child.is_running()


def test_a_long_path_gets_a_short_address(tmp_path: Path) -> None:
    path = tmp_path / ("folder-" * 12) / ("other-" * 8) / "e.sock"
    assert len(os.fsencode(path)) > 107

    with running_server(path) as client:
        assert client.embed(["far away"], purpose="query").shape == (1, 384)
        address = Path(socket_address(path))
        assert address.exists()
    assert not address.exists()


def test_a_missing_model_ends_it_with_a_sentence(tmp_path: Path) -> None:
    code = (
        "import sys\n"
        "from ingestion.embedding import weights\n"
        "weights.PACKAGE = 'a_package_that_nobody_has'\n"
        "sys.argv = ['server', '--socket', sys.argv[1]]\n"
        "from ingestion.embedding.server import main\n"
        "main()\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "e.sock")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "EMBEDDINGS_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_stop_is_heard_where_the_shell_silenced_interrupts(tmp_path: Path) -> None:
    load_model()
    options = ["--socket", str(tmp_path / "e.sock"), "--models", str(models_folder())]
    server = subprocess.Popen(
        [sys.executable, "-m", "ingestion.embedding.server", *options],
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509
    )
    BuiltinEmbedder(tmp_path / "e.sock").embed(["ready?"], purpose="query")

    server.terminate()

    assert server.wait(20) == 0
