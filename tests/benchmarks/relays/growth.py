"""What a process holds while calls come and go, and whether that grows."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.ingest import MEGABYTE, Product
from tests.benchmarks.relays.probed import read_probe

WARM_UP = 0.25  # of the row
PROCESSES = ("web", "worker", "events")


def resident(product: Product) -> dict[str, float]:
    """Megabytes by process."""
    return {name: process.memory_info().rss / MEGABYTE for name, process in product.processes()}


def own(process: psutil.Process) -> float:
    """Megabytes that are no file's: a page of a database file is counted once for each connection of a process."""
    (line,) = (each for each in Path(f"/proc/{process.pid}/status").read_text().splitlines() if "RssAnon" in each)
    return int(line.split()[1]) / 1024


@dataclass
class Growth:
    """`samples`: calls that were over, and what was held then."""

    product: Product
    folder: Path
    samples: list[tuple[int, dict[str, float]]] = field(default_factory=list)

    def sample(self, over: int) -> None:
        held: dict[str, float] = {}
        for name, process in self.product.processes():
            if name in PROCESSES:
                held[f"{name} MB"] = process.memory_info().rss / MEGABYTE
                probe = read_probe(self.folder, process.pid)
                held[f"{name} own MB"] = own(process) - probe.sqlite_mb
                held[f"{name} SQLite MB"] = probe.sqlite_mb
                held[f"{name} tasks"] = probe.tasks
                held[f"{name} files"] = process.num_fds()
                held[f"{name} threads"] = process.num_threads()
        self.samples.append((over, held))

    def found(self) -> dict[str, dict[str, float]]:
        """By what is held: at the end of the warm-up, at the end, and how much more for a thousand calls, by the line
        of least squares through what came after the warm-up."""
        if not self.samples:
            return {}
        last = self.samples[-1][0]
        after = [each for each in self.samples if each[0] > WARM_UP * last]
        return {name: _line([(over, held[name]) for over, held in after]) for name in after[0][1]}


def _line(points: Sequence[tuple[int, float]]) -> dict[str, float]:
    """The first and the last are medians of a quarter of the samples."""
    quarter = max(1, len(points) // 4)
    values = [value for _, value in points]
    slope = statistics.linear_regression([over for over, _ in points], values).slope if len(points) > 1 else 0.0
    return {
        "first": round(statistics.median(values[:quarter]), 1),
        "last": round(statistics.median(values[-quarter:]), 1),
        "a_thousand": round(1000 * slope, 2),
    }


def leaks(found: Mapping[str, Mapping[str, float]]) -> list[str]:
    """Of the process with the calls: what has more of something than a few at the end; memory, a kilobyte a call."""
    most: dict[str, Any] = {"web tasks": 8, "web files": 8, "web threads": 8}
    more = [name for name, few in most.items() if name in found and found[name]["last"] - found[name]["first"] > few]
    return more + (["web own MB"] if found and found["web own MB"]["a_thousand"] > 1.0 else [])
