"""The parser process: results come back whole, limits hold, a crash costs one document, and nothing is left running."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from ingestion.parsing import sandbox
from ingestion.parsing.document import ParsedDocument
from ingestion.parsing.errors import FileBroken, ParseLimitReached, ParserCrashed, ParsingError
from ingestion.parsing.parse import parse
from ingestion.parsing.sandbox import File, ParserProcess
from ingestion.parsing.wire import Limits
from tests.ingestion import files

SLOW = b"%PDF-1.7\n" + b"1 0 obj << /A " + b"[" * 3_000_000  # takes pypdf far longer than the test waits


@pytest.fixture
def parser() -> Iterator[ParserProcess]:
    sandbox._PARSER.close()  # another test's
    parser = ParserProcess(idle_seconds=60)
    yield parser
    parser.close()


def children() -> list[psutil.Process]:
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "ingestion.parsing.process" in " ".join(process.cmdline()):
                found.append(process)
    return found


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (files.MARKDOWN.encode(), "a.md"),
        (files.HTML.encode(), "a.html"),
        (files.make_docx(), "a.docx"),
        (files.make_pdf("Words in a PDF."), "a.pdf"),
        (b"a,b\n1,2\n", "a.csv"),
    ],
)
def test_the_document_comes_back_as_it_was_parsed(parser: ParserProcess, content: bytes, name: str) -> None:
    assert parser.parse(content, name=name) == parse(content, name=name)


def test_errors_keep_their_code_and_sentence(parser: ParserProcess) -> None:
    with pytest.raises(FileBroken, match="Export it again"):
        parser.parse(b"%PDF-1.7\nbroken", name="a.pdf")


def test_several_threads_share_one_process(parser: ParserProcess) -> None:
    with ThreadPoolExecutor(4) as pool:
        texts = list(pool.map(lambda n: parser.parse(f"number {n}".encode(), name="a.txt").text, range(24)))
    assert texts == [f"number {n}" for n in range(24)]
    assert len([child for child in children() if child.ppid() == os.getpid()]) == 1


def test_a_document_larger_than_any_socket_buffer(parser: ParserProcess) -> None:
    text = "A sentence of some length. " * 150_000
    assert len(parser.parse(text.encode(), name="a.txt").text) > 3_000_000


def test_time_is_limited(parser: ParserProcess) -> None:
    limits = Limits(cpu_seconds=1, wall_seconds=2)
    with pytest.raises(ParseLimitReached) as caught:
        parser.parse(_slow_html(), name="a.html", limits=limits)
    assert caught.value.code == "parse_limit"
    assert parser.parse(b"still here", name="a.txt").text == "still here"


def _slow_html() -> bytes:
    """Lists in lists: each level is looked through again."""
    return b"<html><body>" + b"<ul><li>" * 200 + b"<p>x</p>" * 60_000 + b"</body></html>"


def test_memory_is_limited(parser: ParserProcess) -> None:
    limits = Limits(memory_bytes=40 * 1024 * 1024)
    with pytest.raises(ParseLimitReached):
        parser.parse(b"word " * 12_000_000, name="a.txt", limits=limits)
    assert parser.parse(b"still here", name="a.txt").text == "still here"


def test_a_child_that_is_killed_costs_one_document(parser: ParserProcess) -> None:
    parser.parse(b"warm", name="a.txt")
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(parser.parse, _slow_html(), name="a.html", limits=Limits(cpu_seconds=30, wall_seconds=30))
        _kill_grandchild(signal.SIGSEGV)
        with pytest.raises(ParserCrashed):
            lost.result(timeout=20)
    assert parser.parse(b"still here", name="a.txt").text == "still here"


def _kill_grandchild(number: int) -> None:
    for _ in range(400):
        working = [child for child in children() if child.ppid() != os.getpid()]
        if working:
            working[0].send_signal(number)
            return
        time.sleep(0.01)
    pytest.fail("no child was at work")


def test_a_parser_process_that_is_killed_is_started_again(parser: ParserProcess) -> None:
    parser.parse(b"warm", name="a.txt")
    for child in children():
        child.kill()
        child.wait(timeout=5)
    assert parser.parse(b"again", name="a.txt").text == "again"


def test_an_idle_parser_process_ends_and_comes_back() -> None:
    parser = ParserProcess(idle_seconds=0.3)
    parser.parse(b"warm", name="a.txt")
    for process in children():
        process.wait(timeout=10)
    assert parser.parse(b"again", name="a.txt").text == "again"
    parser.close()


def test_closing_leaves_nothing_running(parser: ParserProcess) -> None:
    parser.parse(b"warm", name="a.txt")
    parser.close()
    assert children() == []


def texts_of(results: list[ParsedDocument | ParsingError]) -> list[str]:
    return [each.text if isinstance(each, ParsedDocument) else each.code for each in results]


def test_several_files_share_a_child_and_each_has_its_own_end(parser: ParserProcess) -> None:
    results = parser.parse_all(
        [
            File(b"first", "a.txt"),
            File(b"%PDF-1.7\nbroken", "b.pdf"),
            File(b"", "c.txt"),
            File("Größe".encode(), "d.txt"),
        ]
    )
    assert texts_of(results) == ["first", "file_broken", "file_empty", "Größe"]
    assert parser.parse_all([]) == []


def test_a_file_that_ends_its_child_costs_no_other(parser: ParserProcess) -> None:
    limits = Limits(cpu_seconds=1, wall_seconds=2)
    files = [File(b"first", "a.txt"), File(_slow_html(), "b.html"), File(b"third", "c.txt"), File(b"last", "d.txt")]
    assert texts_of(parser.parse_all(files, limits=limits)) == ["first", "parse_limit", "third", "last"]


def test_the_limits_are_each_files_own(parser: ParserProcess) -> None:
    """Together these take longer than one may."""
    started = time.process_time()
    parse(_busy_html(), name="a.html")
    alone = time.process_time() - started
    limits = Limits(cpu_seconds=max(2, round(alone * 3)), wall_seconds=60)
    count = round(limits.cpu_seconds / alone) + 3
    results = parser.parse_all([File(_busy_html(), f"{number}.html") for number in range(count)], limits=limits)
    assert all(isinstance(each, ParsedDocument) for each in results)


def _busy_html() -> bytes:
    return b"<html><body>" + b"<p>Some <b>words</b> of it.</p>" * 12_000 + b"</body></html>"
