"""Whom events are about: finding contacts by what is known of them, making new ones, and linking a browser's id to a
person where the tenant's own systems say so. Two known people are never made one here, unless by `alias`.

Works on some events at once, in the caller's scope and transaction, and asks the database about all of them together.
"""

from collections.abc import Iterable, Sequence
from uuid import UUID

from ingestion.contacts.identities import STRONG, Known, attach, find_contacts, identities_of
from ingestion.contacts.merging import merge
from ingestion.models import Contact, ContactEvent, ContactIdentity, IdentityKind
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM
from tenants.audit import Audited, record_audits

_LINKING = {"identify", "alias", "event"}  # who says these says that the browser is the person's


class People:
    """The contacts that some events may be about."""

    def __init__(self, events: Sequence[ContactEvent]) -> None:
        self._found = find_contacts({known for event in events for known in _all_of(event)})
        named = {UUID(event.who["contact_id"]) for event in events if event.who.get("contact_id")}
        ids = set(self._found.values()) | named
        self._contacts = {row.id: row for row in Contact.objects.select_for_update().filter(id__in=ids).order_by("id")}
        self._kinds: dict[UUID, dict[str, str]] = {each: {} for each in self._contacts}
        for identity in identities_of(list(self._contacts)):
            self._kinds[identity.contact_id].setdefault(identity.kind, identity.value)
        self._done: list[Audited] = []

    def of(self, event: ContactEvent) -> Contact | None:
        """Found or made; None for an event about nobody."""
        strong, browser = _strong(event), _browser(event)
        contact = self._named(event) or self._known_by(strong)
        if contact is None and browser is not None and (nobody := self._found.get(browser)) is not None:
            contact = self._contact(nobody) if not strong or self._may_become(event, nobody) else None
        if contact is None and (strong or browser):
            contact = self._make(event)
        if contact is not None:
            self._learn(contact, event, strong)
            self._link(contact, event, browser)
        return contact

    def finish(self) -> None:
        """Write down who came new, and who is known by more."""
        record_audits(SYSTEM, self._done)

    def _named(self, event: ContactEvent) -> Contact | None:
        contact_id = event.who.get("contact_id")
        return self._contacts.get(UUID(contact_id)) if contact_id else None

    def _known_by(self, strong: Sequence[Known]) -> Contact | None:
        """By an address or number only as long as no id of the tenant's own says that it is someone else."""
        external = next((known for known in strong if known.kind == IdentityKind.EXTERNAL_ID), None)
        for known in strong:
            contact_id = self._found.get(known)
            if contact_id is None:
                continue
            if known is external or external is None or IdentityKind.EXTERNAL_ID not in self._kinds[contact_id]:
                return self._contacts[contact_id]
        return None

    def _may_become(self, event: ContactEvent, contact_id: UUID) -> bool:
        return event.kind in _LINKING and self._is_nobody(self._root(contact_id))

    def _is_nobody(self, contact_id: UUID) -> bool:
        return not any(kind in self._kinds[contact_id] for kind in STRONG)

    def _make(self, event: ContactEvent) -> Contact:
        contact = Contact.objects.create(is_anonymous=not _strong(event), last_seen_at=event.occurred_at)
        self._contacts[contact.id], self._kinds[contact.id] = contact, {}
        self._done.append(Audited("contact.created", encode(Prefix.CONTACT, contact.id), {"by": "event"}))
        if (browser := _browser(event)) is not None and not _strong(event):
            self._attach(contact, [browser])
        return contact

    def _learn(self, contact: Contact, event: ContactEvent, strong: Sequence[Known]) -> None:
        """What is nobody else's becomes the contact's; a newer address or number takes the older one's place."""
        held = self._kinds[contact.id]
        is_newer = contact.described_at is None or event.occurred_at >= contact.described_at
        new = [known for known in strong if known not in self._found and (known.kind not in held or is_newer)]
        older = [known.kind for known in new if known.kind in held and known.kind != IdentityKind.EXTERNAL_ID]
        if older:
            ContactIdentity.objects.filter(contact=contact, kind__in=older).delete()
            self._found = {
                known: owner for known, owner in self._found.items() if owner != contact.id or known.kind not in older
            }
        self._attach(contact, new)
        for known in new:
            if known.kind != IdentityKind.EXTERNAL_ID or not contact.external_id:
                setattr(contact, known.kind.value, known.value)
        contact.is_anonymous = contact.is_anonymous and not new
        if new:
            fields = {"fields": sorted(known.kind.value for known in new), "by": "event"}
            self._done.append(Audited("contact.identified", encode(Prefix.CONTACT, contact.id), fields))

    def _link(self, contact: Contact, event: ContactEvent, browser: Known | None) -> None:
        """Of a browser, or of an id from before: what it did belongs to the contact from now on."""
        if event.kind not in _LINKING:
            return
        if browser is not None:
            self._join(contact, browser, [browser], may_be_someone=False)
        if previous := event.who.get("previous_id"):
            both = [Known(IdentityKind.ANONYMOUS_ID, previous), Known(IdentityKind.EXTERNAL_ID, previous)]
            first = next((each for each in both if each in self._found), both[0])
            self._join(contact, first, both, may_be_someone=True)

    def _join(self, contact: Contact, known: Known, several: Sequence[Known], *, may_be_someone: bool) -> None:
        other = self._found.get(known)
        if other is None:
            self._attach(contact, several)
            return
        root = self._root(other)
        if root != self._root(contact.id) and (may_be_someone or self._is_nobody(root)):
            reason = "alias" if may_be_someone else "identify"
            self._contacts[root].merged_into_id = merge(root, contact.id, reason=reason, actor=SYSTEM)

    def _root(self, contact_id: UUID) -> UUID:
        while (into := self._contact(contact_id).merged_into_id) is not None:
            contact_id = into
        return contact_id

    def _contact(self, contact_id: UUID) -> Contact:
        if contact_id not in self._contacts:
            self._contacts[contact_id] = Contact.objects.select_for_update().get(id=contact_id)
            kinds = {each.kind: each.value for each in identities_of([contact_id])}
            self._kinds[contact_id] = kinds
        return self._contacts[contact_id]

    def _attach(self, contact: Contact, several: Iterable[Known]) -> None:
        new = [known for known in several if known not in self._found]
        attach(contact.id, new)
        for known in new:
            self._found[known] = contact.id
            self._kinds[contact.id].setdefault(known.kind, known.value)


def _strong(event: ContactEvent) -> list[Known]:
    return [Known(kind, event.who[kind]) for kind in STRONG if event.who.get(kind)]


def _browser(event: ContactEvent) -> Known | None:
    value = event.who.get(IdentityKind.ANONYMOUS_ID)
    return Known(IdentityKind.ANONYMOUS_ID, value) if value else None


def _all_of(event: ContactEvent) -> list[Known]:
    browser, previous = _browser(event), event.who.get("previous_id")
    kinds = (IdentityKind.ANONYMOUS_ID, IdentityKind.EXTERNAL_ID) if previous else ()
    return [*_strong(event), *([browser] if browser else []), *(Known(kind, str(previous)) for kind in kinds)]
