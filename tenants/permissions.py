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
    INBOX_WRITE = "inbox.write"  # to take conversations over, answer customers, note and rate
    TRACES_READ = "traces.read"
    CALLS_LISTEN = "calls.listen"  # to what was recorded of them
    CONTACTS_READ = "contacts.read"
    CONTACTS_WRITE = "contacts.write"
    CONTACTS_ERASE = "contacts.erase"  # what a person asked to be forgotten, for good
    EVENTS_WRITE = "events.write"  # to send what happened in the company's own systems
    USAGE_READ = "usage.read"
    USAGE_WRITE = "usage.write"  # what tokens cost the company, and what it may spend
    AUDIT_READ = "audit.read"
    MEMBERS_READ = "members.read"
    KEYS_READ = "keys.read"
    WEBHOOKS_READ = "webhooks.read"
    WEBHOOKS_WRITE = "webhooks.write"
    SETTINGS_WRITE = "settings.write"
    KEYS_WRITE = "keys.write"
    MEMBERS_WRITE = "members.write"
    OWNERS_WRITE = "owners.write"  # to make and unmake owners
    SIGN_ON_WRITE = "sign_on.write"  # how the company's people sign in
    COMPANY_EXPORT = "company.export"
    COMPANY_DELETE = "company.delete"


_READS = frozenset(permission for permission in Permission if permission.endswith(".read"))
_EVERYTHING = frozenset(Permission)

# Who belongs to the company, how they get in, and what becomes of it.
_OF_THE_COMPANY = frozenset(
    {
        Permission.SETTINGS_WRITE,
        Permission.MEMBERS_WRITE,
        Permission.OWNERS_WRITE,
        Permission.SIGN_ON_WRITE,
        Permission.COMPANY_EXPORT,
        Permission.COMPANY_DELETE,
    }
)

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: _EVERYTHING,
    Role.ADMIN: _EVERYTHING - {Permission.OWNERS_WRITE, Permission.COMPANY_DELETE},
    Role.DEVELOPER: _EVERYTHING
    - _OF_THE_COMPANY
    - {Permission.CONTACTS_ERASE, Permission.AUDIT_READ, Permission.USAGE_WRITE},
    Role.ANALYST: _READS - {Permission.AUDIT_READ},
    Role.BILLING: frozenset({Permission.USAGE_READ, Permission.USAGE_WRITE, Permission.MEMBERS_READ}),
}


# What a secret key can be given: of what is the company's own only its people, owners excepted, and no voices.
_FOR_PEOPLE = (_OF_THE_COMPANY - {Permission.MEMBERS_WRITE}) | {Permission.CALLS_LISTEN}
SCOPES: tuple[Permission, ...] = tuple(each for each in Permission if each not in _FOR_PEOPLE)


def scopes_for(role: str) -> tuple[Permission, ...]:
    """What someone of this role can give a key: nothing that they may not do themselves."""
    return tuple(each for each in SCOPES if is_granted(role, each))


def roles_for(role: str) -> tuple[Role, ...]:
    """What someone of this role can make others: only owners make owners."""
    if not is_granted(role, Permission.MEMBERS_WRITE):
        return ()
    return tuple(each for each in Role if each != Role.OWNER or is_granted(role, Permission.OWNERS_WRITE))


def role_for_keys(role: str) -> str:
    """What a key may do with people that someone of this role has made: as much as they, but nothing about owners."""
    return Role.ADMIN if role == Role.OWNER else role


def granted_to(role: str) -> frozenset[Permission]:
    """Everything that someone of this role may do; nothing for an unknown role."""
    return GRANTS[Role(role)] if role in Role.values else frozenset()


def is_granted(role: str, permission: Permission) -> bool:
    """True when `role` includes `permission`; an unknown role includes nothing."""
    return permission in granted_to(role)
