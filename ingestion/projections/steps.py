"""What every step of a comparison has in common: it goes page by page, so that it can stop after any of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from ingestion.pipeline.stores import Stores
from ingestion.projections.findings import Tally


@dataclass(frozen=True, slots=True)
class Task:
    """One tenant's comparison. Without `mends` it only looks."""

    tenant_id: UUID
    stores: Stores
    mends: bool


class Page(NamedTuple):
    """`after`: where the step goes on; None when it is done."""

    after: UUID | None
    tally: Tally


Step = Callable[[Task, UUID | None], Iterator[Page]]
