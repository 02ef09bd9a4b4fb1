"""All kinds together, on the stores that are given. What it prints is what docs/security/leak-matrix.md shows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from tests.leaks import ports, process_caches, rows, work
from tests.leaks.cells import Cell
from tests.leaks.ports import Port
from tests.leaks.routes import RouteMatrix
from tests.leaks.world import World, make_world


@dataclass
class Matrix:
    ports: Sequence[Port]
    is_thorough: bool = True
    world: World = field(default_factory=make_world)

    def __post_init__(self) -> None:
        self.routes = RouteMatrix(self.world, self.is_thorough)

    def cells(self) -> Iterator[Cell]:
        yield from self.routes.cells()
        yield from self.others()

    def others(self) -> Iterator[Cell]:
        """All but the routes."""
        yield from work.tasks(self.world)
        yield from work.handlers(self.world)
        yield from work.commands(self.world)
        yield from rows.tables(self.world)
        yield from process_caches.cells()
        for port in self.ports:
            yield from ports.cells(port)
        yield from rows.webhooks(self.world)
        yield from rows.exports(self.world)
