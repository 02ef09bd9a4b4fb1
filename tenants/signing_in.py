"""Who came in, and by which means: a row in the audit log of each company that the person is a member of.

Failed attempts are not in it: writing only for people who exist would tell strangers, by the time it takes, who does.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from rapport.ids import Prefix, encode
from tenants.actors import user_actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.selectors import list_memberships


def note_sign_in(*, user_id: UUID, methods: Sequence[str]) -> None:
    """`methods`: "password", "mfa", "company"…, in the order in which they were asked."""
    for membership in list_memberships(user_id):
        with tenant_scope(membership.tenant.id), transaction.atomic():
            record_audit(
                actor=user_actor(user_id),
                action="member.signed_in",
                subject=encode(Prefix.USER, user_id),
                details={"methods": list(methods)},
            )
