"""Mails to a company's people: each by itself, so that nobody learns who else is told, and in the reader's language."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_noop

from tenants.models import Membership, Role
from tenants.permissions import Permission, is_granted

_DAY = gettext_noop("j F Y")  # a day in a mail: day of the month, month, year, as Django's filter `date` has them


@dataclass(frozen=True, slots=True)
class Reader:
    """`language`: one of `LANGUAGES`."""

    address: str
    language: str


@dataclass(frozen=True, slots=True)
class Mail:
    subject: str  # becomes one line
    text: str


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    text: str
    kind: str  # a MIME type


def reading_language(*wanted: str) -> str:
    """The first that has a catalogue: what is stored may be of a language that was taken away."""
    known = dict(settings.LANGUAGES)
    return next((each for each in wanted if each in known), settings.LANGUAGE_CODE)


def readers_with(permission: Permission, tenant_id: UUID) -> list[Reader]:
    """Members who may do this, first comers first."""
    return readers_in([role for role in Role if is_granted(role, permission)], tenant_id)


def readers_in(roles: Collection[Role], tenant_id: UUID) -> list[Reader]:
    rows = Membership.objects.filter(tenant_id=tenant_id, role__in=roles).select_related("user", "tenant")
    return [
        Reader(row.user.email, reading_language(row.user.language, row.tenant.locale))
        for row in rows.order_by("created_at", "id")
    ]


def send_each(
    readers: Collection[Reader],
    write: Callable[[], Mail],
    *,
    attachment: Attachment | None = None,
    fail_silently: bool = True,
) -> None:
    """`write` is called once for each, in their language. Raises what the mail server does, unless silent."""
    for reader in readers:
        with translation.override(reader.language):
            mail = write()
        message = EmailMessage(" ".join(mail.subject.split()), mail.text, None, [reader.address])
        if attachment is not None:
            message.attach(attachment.name, attachment.text, attachment.kind)
        message.send(fail_silently=fail_silently)


def written_day(moment: datetime) -> str:
    """In the language that is spoken now."""
    return date_format(moment, gettext(_DAY))
