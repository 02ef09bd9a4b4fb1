"""Breadth-first search, the same for every graph store: a store only says which edges some nodes have.

Its work is bounded. A hub (a node with very many edges) links everything to everything and says little, so it is
reached, but not walked through; from a start node that is a hub only the heaviest edges are followed. Of the nodes that
a hop reached, the heaviest are walked on from.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from ingestion.graph.port import Neighbour, Node

MOST_HOPS = 3
HUB_EDGES = 200  # more than these in both directions make a hub; also the most that are followed from one node
FRONTIER = 30  # nodes that a hop goes on from


class Step(NamedTuple):
    """An edge as seen from the node it was asked for."""

    start: str
    end: str
    weight: float


@dataclass(frozen=True, slots=True)
class Reached:
    path: tuple[str, ...]
    weight: float


Follow = Callable[[Collection[str], bool], Iterable[Step]]
Find = Callable[[Sequence[str]], Mapping[str, Node]]


def find_neighbours(keys: Sequence[str], *, hops: int, limit: int, find: Find, follow: Follow) -> list[Neighbour]:
    """What `GraphStore.neighbours` promises, from a store's two questions. See `walk` for `follow`."""
    reached = walk(find(keys), hops, follow)
    nearest = sorted(reached.items(), key=lambda each: (len(each[1].path), -each[1].weight, each[0]))[:limit]
    nodes = find([key for key, _ in nearest])
    return [Neighbour(nodes[key], len(by.path) - 1, by.path, by.weight) for key, by in nearest if key in nodes]


def walk(starts: Iterable[str], hops: int, follow: Follow) -> dict[str, Reached]:
    """What is reached, by key, without the starts. A node keeps the heaviest path of the fewest hops, ties by path.

    `follow(keys, is_first)` yields the edges of these nodes, in both directions: of each node at most the HUB_EDGES
    heaviest (ties by version and id), and unless `is_first` none of a node that has more than HUB_EDGES.
    """
    reached = {key: Reached((key,), 1.0) for key in starts}
    known = set(reached)
    frontier = sorted(known)
    for hop in range(min(hops, MOST_HOPS)):
        if not frontier:
            break
        fresh = _heaviest(reached, follow(frontier, hop == 0))
        reached |= fresh
        frontier = [key for key, _ in sorted(fresh.items(), key=lambda each: _rank(each[1]))[:FRONTIER]]
    return {key: found for key, found in reached.items() if key not in known}


def _heaviest(reached: dict[str, Reached], steps: Iterable[Step]) -> dict[str, Reached]:
    fresh: dict[str, Reached] = {}
    for step in steps:
        if step.end in reached:
            continue
        came = reached[step.start]
        found = Reached((*came.path, step.end), came.weight * step.weight)
        if step.end not in fresh or _rank(found) < _rank(fresh[step.end]):
            fresh[step.end] = found
    return fresh


def _rank(found: Reached) -> tuple[float, tuple[str, ...]]:
    return (-found.weight, found.path)
