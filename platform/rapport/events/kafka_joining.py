"""What kafka-python 3.0.12 forgets: a join that ends while nobody polls.

A poll that runs out of time leaves its join under way, so that the next one takes it up again. Two cases are lost
there, both seen on busy machines. When the join ends before the next poll, its outcome is thrown away and the member
joins anew, which makes everybody else join anew. And when the member joined because partitions were added, nothing says
that it still has to: it holds nothing, sends no heartbeat, and stays so for ever.
"""

from typing import Any

from kafka import KafkaConsumer
from kafka.coordinator.consumer import ConsumerCoordinator


class PatientCoordinator(ConsumerCoordinator):  # type: ignore[misc]  # the client has no types
    """Its state is its parent's: `_join_task` is the join under way, until its outcome has been taken over."""

    _join_task: Any

    def need_rejoin(self) -> bool:
        return self._join_task is not None or bool(super().need_rejoin())

    async def join_group_async(self, timeout_ms: float | None = None) -> bool:
        """An outcome that waits is given to the parent as a join that is about to end: it takes no others."""
        if self._join_task is not None and self._join_task.is_done:
            self._join_task = self._manager.call_soon(_outcome, self._join_task)
        return bool(await super().join_group_async(timeout_ms=timeout_ms))


async def _outcome(join: Any) -> Any:
    return await join


def join_patiently(client: KafkaConsumer) -> None:
    """To be called before the first poll. The client makes its coordinator itself and takes no other."""
    client._coordinator.__class__ = PatientCoordinator
