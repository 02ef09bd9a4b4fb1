"""Jobs take turns text by text; what fails is told; what is cancelled does not begin."""

import threading

import pytest

from ingestion.embedding.lanes import Lane

LONG = 20.0


def test_a_small_job_does_not_wait_for_a_big_one() -> None:
    lane = Lane("test", threads=1)
    order: list[str] = []
    gate = threading.Event()

    def work_long(index: int) -> None:
        gate.wait(LONG)
        order.append(f"big{index}")

    big = lane.submit(work_long, range(4))
    small = lane.submit(lambda index: order.append(f"small{index}"), range(1))

    gate.set()

    assert small.wait(LONG)
    assert big.wait(LONG)
    assert order.index("small0") <= 2
    assert [name for name in order if name.startswith("big")] == ["big0", "big1", "big2", "big3"]


def test_every_index_runs_once_on_several_threads() -> None:
    lane = Lane("test", threads=4)
    seen: list[int] = []

    assert lane.submit(seen.append, range(500)).wait(LONG)

    assert sorted(seen) == list(range(500))


def test_a_failure_reaches_the_one_who_waits_and_the_lane_goes_on() -> None:
    lane = Lane("test", threads=2)

    def fail(index: int) -> None:
        raise ValueError(f"text {index}")

    with pytest.raises(ValueError, match="text"):
        lane.submit(fail, range(10)).wait(LONG)
    assert lane.submit(lambda _: None, range(3)).wait(LONG)


def test_a_cancelled_job_begins_nothing_more() -> None:
    lane = Lane("test", threads=1)
    gate, started = threading.Event(), threading.Event()
    seen: list[int] = []

    def work(index: int) -> None:
        seen.append(index)
        started.set()
        gate.wait(LONG)

    job = lane.submit(work, range(10))
    assert started.wait(LONG)
    job.cancel()
    gate.set()

    assert job.wait(LONG)
    assert seen == [0]


def test_an_empty_job_is_done() -> None:
    assert Lane("test", threads=1).submit(lambda _: None, []).wait(0)
