"""A secret key was found in the open: it is revoked, and whoever may make another one gets a mail."""

from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from rapport.config import get_config
from tenants.api_keys import ApiKeyView, revoke_leaked_key
from tenants.mail import Mail, readers_with, send_each
from tenants.permissions import Permission
from tenants.selectors import get_tenant

SUBJECT = gettext_noop("An API key was found in the open and revoked")
MESSAGE = gettext_noop("""\
The API key "{name}" ({masked}) of {company} was found in the open{where}.

It was revoked at once: whatever used it is refused from now on. Make a new key at {url}, give it
to the systems that had this one, and look at the audit log for what was done with it meanwhile.
""")


def report_leaked_key(secret: str, *, where: str) -> bool:
    """True when it was a live key of ours; it is none any more."""
    with transaction.atomic():
        key = revoke_leaked_key(secret, where=where)
        if key is not None:
            transaction.on_commit(lambda: _tell(key, where))
    return key is not None


def _tell(key: ApiKeyView, where: str) -> None:
    company = get_tenant(key.tenant_id).name

    def write() -> Mail:
        text = gettext(MESSAGE).format(
            name=key.name,
            masked=key.masked,
            company=company,
            where=gettext(", at {place}").format(place=where) if where else "",
            url=f"{get_config().public_url}/keys/",
        )
        return Mail(gettext(SUBJECT), text)

    send_each(readers_with(Permission.KEYS_WRITE, key.tenant_id), write)
