"""What a visitor of a widget has to agree to before anything of them is kept: the company's own words, by version.

Another wording is another version, and is agreed to anew. Who agreed, when and to which words, is `agents.consent`'s.
"""

from dataclasses import dataclass
from unicodedata import category
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction

from rapport.errors import InvalidRequest
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import record_audit
from tenants.context import tenant_scope
from tenants.models import WidgetKey

MAX_TEXT = 600
MAX_LINK = 300


@dataclass(frozen=True, slots=True)
class ConsentText:
    """`link`: where more of it stands, "" for nowhere; `version` counts from 1."""

    text: str
    link: str
    version: int


@transaction.atomic
def set_consent_text(*, tenant_id: UUID, key_id: UUID, text: str, link: str, actor: Actor) -> None:
    """`text` "": nothing is asked. The same words again are no new version. Raises InvalidRequest with "text" or "link"
    as `param`; WidgetKey.DoesNotExist for another tenant's key."""
    text, link = _checked_text(text), _checked_link(link)
    row = WidgetKey.objects.select_for_update().get(tenant_id=tenant_id, id=key_id)
    before = {"text": row.consent_text, "link": row.consent_link, "version": row.consent_version}
    if (text, link) == (row.consent_text, row.consent_link):
        return
    row.consent_text, row.consent_link, row.consent_version = text, link, row.consent_version + 1
    row.save(update_fields=["consent_text", "consent_link", "consent_version"])
    with tenant_scope(tenant_id):
        record_audit(
            actor=actor,
            action="widget_key.consent_changed",
            subject=encode(Prefix.WIDGET_KEY, row.id),
            before=before,
            after={"text": text, "link": link, "version": row.consent_version},
        )


def read_consent(row: WidgetKey) -> ConsentText | None:
    return ConsentText(row.consent_text, row.consent_link, row.consent_version) if row.consent_text else None


def _checked_text(text: str) -> str:
    text = text.replace("\r", "").strip()
    if len(text) > MAX_TEXT or any(category(each) == "Cc" and each != "\n" for each in text):
        raise InvalidRequest(f"Write what visitors agree to in at most {MAX_TEXT} characters of text.", param="text")
    return text


def _checked_link(link: str) -> str:
    link = link.strip()
    if not link:
        return ""
    try:
        parts = urlsplit(link)
        is_address = parts.scheme in ("https", "http") and bool(parts.hostname) and link.isprintable()
    except ValueError:
        is_address = False
    if not is_address or " " in link or len(link) > MAX_LINK:
        raise InvalidRequest("Write a whole address, for example https://shop.example/privacy.", param="link")
    return link
