"""How sure it is what was counted: a share (Wilson's score interval), a mean, a median."""

from math import ceil, floor, sqrt

_95_PERCENT = 1.959964


def wilson(hits: int, of: int, *, z: float = _95_PERCENT) -> tuple[float, float]:
    """Lower and upper bound of the share, 0 to 1; nothing counted says nothing: (0, 1).

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).
    """
    if of == 0:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return max(0.0, centre - half), min(1.0, centre + half)


def mean_interval(mean: float, deviation: float, of: int, *, z: float = _95_PERCENT) -> tuple[float, float]:
    """Lower and upper bound of the mean of so many; `deviation` is their sample's. By the normal approximation, and of
    what cannot be negative; one alone says nothing of its spread: it is both bounds."""
    half = z * deviation / sqrt(of) if of > 1 else 0.0
    return max(0.0, mean - half), mean + half


def median_places(of: int, *, z: float = _95_PERCENT) -> tuple[int, int]:
    """Between which two of so many, in order and counted from 0, the median is, whatever they are distributed like; by
    the normal approximation of the binomial distribution.

    W. J. Conover, "Practical Nonparametric Statistics" (1999), section 3.2.
    """
    half = z * sqrt(of) / 2
    return max(0, floor(of / 2 - half) - 1), min(of - 1, ceil(of / 2 + half))


def checks_needed(hits: int, limit: float) -> int:
    """How many in all, with no more hits than these, bring the upper bound under the limit."""
    if limit <= 0:
        raise ValueError("A share of nothing can never be shown.")
    low, high = 1, 2
    while high < hits or wilson(hits, high)[1] >= limit:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        is_enough = middle >= hits and wilson(hits, middle)[1] < limit
        low, high = (low, middle) if is_enough else (middle + 1, high)
    return low
