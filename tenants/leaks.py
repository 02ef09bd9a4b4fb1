"""A secret key was found in the open: it is revoked, and whoever may make another one gets a mail."""

from django.core.mail import send_mail
from django.db import transaction

from rapport.config import get_config
from tenants.api_keys import ApiKeyView, revoke_leaked_key
from tenants.permissions import Permission, is_granted
from tenants.selectors import get_tenant, list_members

MESSAGE = """\
The API key "{name}" ({masked}) of {company} was found in the open{where}.

It was revoked at once: whatever used it is refused from now on. Make a new key at {url}, give it
to the systems that had this one, and look at the audit log for what was done with it meanwhile.
"""


def report_leaked_key(secret: str, *, where: str) -> bool:
    """True when it was a live key of ours; it is none any more."""
    with transaction.atomic():
        key = revoke_leaked_key(secret, where=where)
        if key is not None:
            transaction.on_commit(lambda: _tell(key, where))
    return key is not None


def _tell(key: ApiKeyView, where: str) -> None:
    to = [each.email for each in list_members(key.tenant_id) if is_granted(each.role, Permission.KEYS_WRITE)]
    text = MESSAGE.format(
        name=key.name,
        masked=key.masked,
        company=get_tenant(key.tenant_id).name,
        where=f", at {where}" if where else "",
        url=f"{get_config().public_url}/keys/",
    )
    for address in to:  # each by itself: nobody learns who else is told
        send_mail("An API key was found in the open and revoked", text, None, [address], fail_silently=True)
