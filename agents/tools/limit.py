"""How many calls of tools a turn may still make, where its company wants to be stopped: asked once, with the first one.

A call that was begun is finished. Handing the conversation to a person and reading on in a result are always done: the
first is what is left when a tool is not, the second fetches nothing new. Turns that run at once do not see what the
others call.
"""

from dataclasses import dataclass
from uuid import UUID

from agents.tools.builtin import READ_RESULT, HandOffTool
from billing.models import Meter
from billing.quotas import quota_left, used_up
from tenants.context import tenant_scope

FREE = frozenset({HandOffTool.name, READ_RESULT.name})


@dataclass(slots=True)
class ToolCallLimit:
    """Of one turn. `left` None: no limit, once it is asked for."""

    tenant_id: UUID
    left: int | None = None
    is_asked: bool = False

    def take(self, tool: str) -> None:
        """Before a call is made. Raises QuotaExhausted."""
        if tool in FREE:
            return
        if not self.is_asked:
            with tenant_scope(self.tenant_id):
                self.left = quota_left(Meter.TOOL_CALLS)
            self.is_asked = True
        if self.left is None:
            return
        if self.left <= 0:
            raise used_up(Meter.TOOL_CALLS)
        self.left -= 1
