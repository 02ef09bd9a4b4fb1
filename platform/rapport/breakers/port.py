"""What a store of breakers promises."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from rapport.breakers.state import State

Change = Callable[[State], State]


class BreakerStore(Protocol):
    """Keeps a state by name for all processes. A name that was never kept is `State()`."""

    def read(self, names: Sequence[str]) -> Mapping[str, State]:
        """Only those that are not as good as new."""
        ...

    def change(self, name: str, change: Change) -> State:
        """Put `change` of the state in its place, as one step whatever others do meanwhile. It may be called again."""
        ...

    def list(self, prefix: str) -> Mapping[str, State]:
        """Those that are not as good as new, whose name begins so."""
        ...

    def forget(self, prefix: str) -> None:
        """Of those whose name begins so nothing is kept any more."""
        ...
