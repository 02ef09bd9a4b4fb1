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
    MEMBERS_WRITE = "members.write"
    OWNERS_WRITE = "owners.write"  # to make and unmake owners


_READS = frozenset(permission for permission in Permission if permission.endswith(".read"))
_EVERYTHING = frozenset(Permission)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _EVERYTHING,
    Role.ADMIN: _EVERYTHING - {Permission.OWNERS_WRITE},
    Role.DEVELOPER: _EVERYTHING - {Permission.SETTINGS_WRITE, Permission.MEMBERS_WRITE, Permission.OWNERS_WRITE},
    Role.ANALYST: _READS,
    Role.BILLING: frozenset({Permission.USAGE_READ}),
}


# What a secret key can be given: never the company's settings or its people, and no key makes keys.
_FOR_PEOPLE = frozenset(
    {Permission.SETTINGS_WRITE, Permission.KEYS_WRITE, Permission.MEMBERS_WRITE, Permission.OWNERS_WRITE}
)
SCOPES: tuple[Permission, ...] = tuple(each for each in Permission if each not in _FOR_PEOPLE)


def scopes_for(role: str) -> tuple[Permission, ...]:
    """What someone of this role can give a key: nothing that they may not do themselves."""
    return tuple(each for each in SCOPES if is_granted(role, each))


def roles_for(role: str) -> tuple[Role, ...]:
    """What someone of this role can make others: only owners make owners."""
    if not is_granted(role, Permission.MEMBERS_WRITE):
        return ()
    return tuple(each for each in Role if each != Role.OWNER or is_granted(role, Permission.OWNERS_WRITE))


def is_granted(role: str, permission: Permission) -> bool:
    """True when `role` includes `permission`; an unknown role includes nothing."""
    try:
        return permission in GRANTS[Role(role)]
    except ValueError:
        return False
