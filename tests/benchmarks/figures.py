"""Sums that benchmarks print."""

import statistics
from collections.abc import Sequence


def percentile(values: Sequence[float], share: int) -> float:
    """`share` in percent, 1 to 99."""
    return statistics.quantiles(values, n=100)[share - 1]
