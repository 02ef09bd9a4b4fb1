"""Who calls the MCP server: a key, and what it may do. Every tool asks here before it does anything."""

from dataclasses import dataclass
from uuid import UUID

from rapport.errors import PermissionDenied
from tenants.actors import Actor
from tenants.permissions import Permission


@dataclass(frozen=True, slots=True)
class McpCaller:
    """`channel` is that of the conversations that it begins."""

    tenant_id: UUID
    key_id: UUID
    scopes: frozenset[Permission]
    channel: str
    actor: Actor

    def may(self, permission: Permission) -> bool:
        return permission in self.scopes

    def require(self, permission: Permission) -> None:
        """Raises PermissionDenied."""
        if not self.may(permission):
            raise PermissionDenied(f"This API key lacks the scope {permission}. Make one that has it on the dashboard.")
