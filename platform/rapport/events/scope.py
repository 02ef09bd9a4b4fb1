"""How a handler gets into its tenant's scope. The floor above brings the door, since this one may not know tenants."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from uuid import UUID

ScopeOpener = Callable[[UUID], AbstractContextManager[object]]

_opener: ScopeOpener | None = None


def set_scope_opener(opener: ScopeOpener) -> None:
    """Called once, when the app that owns tenants is ready."""
    global _opener  # noqa: PLW0603  one per process, like the app registry that sets it
    _opener = opener


def open_scope(tenant_id: UUID) -> AbstractContextManager[object]:
    return _opener(tenant_id) if _opener else nullcontext()
