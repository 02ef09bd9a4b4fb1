"""Figures that are read when someone asks, because they belong to no process: apps register what is theirs.

Each process of each machine would give the same answer, so a dashboard takes their maximum, never their sum.
"""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from rapport import logs

log = logs.get_logger(__name__)

Pull = Callable[[], Iterable[Metric]]
_pulls: dict[str, Pull] = {}


def register_pull(name: str, pull: Pull) -> None:
    """`pull` reads now; when it raises, its figures are missing from this answer, and the answer says so."""
    _pulls[name] = pull


class Pulls:
    """What the Prometheus client asks."""

    def collect(self) -> Iterator[Metric]:
        is_up = GaugeMetricFamily(
            "rapport_readable", "1 when the figures of this part could be read, else 0.", labels=["part"]
        )
        for name, pull in sorted(_pulls.items()):
            found = _read(name, pull)
            is_up.add_metric([name], float(found is not None))
            yield from found or ()
        yield is_up


def _read(name: str, pull: Pull) -> list[Metric] | None:
    try:
        return list(pull())
    except Exception as error:
        log.warning("metrics_not_read", part=name, error=type(error).__name__)
        return None
