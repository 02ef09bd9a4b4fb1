"""What each role may do. Code asks for a permission, never for a role."""

from enum import StrEnum

from tenants.models import Role


class Permission(StrEnum):
    KNOWLEDGE_READ = "knowledge.read"
    KNOWLEDGE_WRITE = "knowledge.write"
    AGENTS_READ = "agents.read"
    AGENTS_WRITE = "agents.write"
    CONVERSATIONS_READ = "conversations.read"
    CONVERSATIONS_WRITE = "conversations.write"
    TRACES_READ = "traces.read"
    CONTACTS_READ = "contacts.read"
    USAGE_READ = "usage.read"
    SETTINGS_WRITE = "settings.write"
    KEYS_WRITE = "keys.write"


_READS = frozenset(permission for permission in Permission if permission.endswith(".read"))
_EVERYTHING = frozenset(Permission)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _EVERYTHING,
    Role.ADMIN: _EVERYTHING,
    Role.DEVELOPER: _EVERYTHING - {Permission.SETTINGS_WRITE},
    Role.ANALYST: _READS,
    Role.BILLING: frozenset({Permission.USAGE_READ}),
}


# What a secret key can be given: never the company's settings, and no key makes keys.
SCOPES: tuple[Permission, ...] = tuple(
    each for each in Permission if each not in (Permission.SETTINGS_WRITE, Permission.KEYS_WRITE)
)


def scopes_for(role: str) -> tuple[Permission, ...]:
    """What someone of this role can give a key: nothing that they may not do themselves."""
    return tuple(each for each in SCOPES if is_granted(role, each))


def is_granted(role: str, permission: Permission) -> bool:
    """True when `role` includes `permission`; an unknown role includes nothing."""
    try:
        return permission in GRANTS[Role(role)]
    except ValueError:
        return False
