"""Of whom this app's rows and stores are, and who a contact is."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from ingestion.blobs import count_tenant_blobs, delete_tenant_blobs, read_blob
from ingestion.contacts.identities import identities_of
from ingestion.contacts.merging import family_of
from ingestion.graph.port import GraphStore
from ingestion.models import Contact, ContactEvent, ContactIdentity, DocumentVersion
from ingestion.vectors.port import VectorStore
from tenants.context import require_tenant_id, tenant_scope
from tenants.privacy.directory import Directory, set_directory
from tenants.privacy.holdings import (
    IDS_TOGETHER,
    OfContact,
    OfPlatform,
    OfTenant,
    Part,
    Person,
    Someone,
    Store,
    StoredFile,
    Subject,
    by_field,
    declare,
    declare_gather,
    declare_store,
)
from tenants.privacy.known import Known
from tenants.privacy.retention import declare_retention
from tenants.privacy.secrets import Hashed, NoSecret, declare_secret

_NOT_SAID = "what the company's systems know of the contact, whatever it said"
_KNOWLEDGE = "what the company publishes to its customers"


def _merges(person: Person) -> list[Q]:
    return [Q(contact_id__in=person.contacts) | Q(into_id__in=person.contacts)]


def _events(person: Person) -> Iterator[Q]:
    """Those that were handled, and those that waited when the erasure began."""
    waiting = person.linked("waiting_events")
    for start in range(0, len(waiting) or 1, IDS_TOGETHER):
        mine = Q(contact_id__in=person.contacts) if start == 0 else Q()
        yield mine | Q(id__in=waiting[start : start + IDS_TOGETHER])


declare("ingestion.Contact", OfContact(by_field("id"), _NOT_SAID))
declare("ingestion.ContactIdentity", OfContact(by_field("contact_id"), _NOT_SAID, hidden=frozenset({"digest"})))
declare("ingestion.ContactMerge", OfContact(_merges, _NOT_SAID))
declare("ingestion.ContactEvent", OfContact(_events, _NOT_SAID))
declare("ingestion.ContactRelation", OfContact(by_field("contact_id"), _NOT_SAID))
declare("ingestion.Source", OfTenant(_KNOWLEDGE))
declare("ingestion.Document", OfTenant(_KNOWLEDGE))
declare("ingestion.DocumentVersion", OfTenant(_KNOWLEDGE))
declare("ingestion.Chunk", OfTenant(_KNOWLEDGE))
declare("ingestion.ChunkVector", OfTenant(_KNOWLEDGE, is_exported=False))
declare("ingestion.EmbeddingState", OfTenant("which embedding model answers", is_exported=False))
declare("ingestion.ProjectionCheck", OfPlatform("counts; outlives a company until its stores are known to be empty"))
declare("ingestion.StoreWatch", OfPlatform("whether the stores answer"))
declare("ingestion.Rebuild", OfTenant("how far a rebuild came", is_exported=False))


def _find(contact_id: UUID) -> Someone | None:
    """With those who are read as one with it: they are one person."""
    family = family_of(tenant_id=require_tenant_id(), contact_id=contact_id)
    rows = list(Contact.objects.select_for_update().filter(id__in=family).order_by("id"))
    if not rows:
        return None
    known = {Known(each.kind, each.value) for each in identities_of(family)}
    for row in rows:
        fields = {"email": row.email.lower(), "phone": row.phone, "external_id": row.external_id}
        known |= {Known(kind, value) for kind, value in fields.items() if value}
    return Someone((contact_id, *(each for each in family if each != contact_id)), tuple(sorted(known)))


def _strip(contacts: Sequence[UUID]) -> None:
    ContactIdentity.objects.filter(contact_id__in=contacts).delete()
    Contact.objects.filter(id__in=contacts).update(name="", email="", phone="", external_id="", is_anonymous=True)


def _waiting_events(someone: Someone) -> Iterable[UUID]:
    """Events that came and are not handled yet: they name someone by what the sender knows."""
    ids = Q(who__contact_id__in=[str(each) for each in someone.contacts])
    for each in someone.known:
        ids |= Q(**{f"who__{each.kind}": each.value}) | Q(who__previous_id=each.value)
    return ContactEvent.objects.filter(ids, handled_at=None).values_list("id", flat=True)


set_directory(Directory(_find, _strip))
declare_gather("waiting_events", _waiting_events)


def _collections() -> Sequence[VectorStore]:
    """Every model's: what is removed leaves them all. No embedder is needed for that."""
    from ingestion.vectors.registry import get_collection, get_vector_store

    return [get_collection(*model) for model in sorted(get_vector_store().list_models().items())]


def _graph() -> GraphStore:
    from ingestion.graph.registry import get_graph_store

    graph = get_graph_store()
    graph.prepare()
    return graph


def _remembered(person: Person) -> Iterator[list[UUID]]:
    """Ids under which something of a contact could stand beside the passages of documents."""
    ids = person.linked("messages", "episodes", "facts")
    for start in range(0, len(ids), IDS_TOGETHER):
        yield ids[start : start + IDS_TOGETHER]


def _count_vectors(subject: Subject) -> int:
    stores = _collections()
    if not isinstance(subject, Person):
        return sum(store.count(subject.tenant_id) for store in stores)
    return sum(len(store.fetch(subject.tenant_id, ids)) for store in stores for ids in _remembered(subject))


def _erase_vectors(subject: Subject) -> None:
    for store in _collections():
        if not isinstance(subject, Person):
            store.delete_tenant(subject.tenant_id)
            continue
        for ids in _remembered(subject):
            store.delete_chunks(subject.tenant_id, ids)


def _count_graph(subject: Subject) -> int:
    graph = _graph()
    if not isinstance(subject, Person):
        counts = graph.counts(subject.tenant_id)
        return counts.nodes + counts.edges
    held = graph.counts_of_versions(subject.tenant_id, _in_graph(subject)).values()
    return sum(each.nodes + each.edges for each in held)


def _in_graph(person: Person) -> Sequence[UUID]:
    """Under which ids something of it could stand: the contact's, or those of what it said."""
    return person.linked("messages", "episodes", "facts") if isinstance(person, Part) else person.contacts


def _erase_graph(subject: Subject) -> None:
    graph = _graph()
    if not isinstance(subject, Person):
        graph.delete_tenant(subject.tenant_id)
        return
    if isinstance(subject, Part):  # nothing, as a rule: many ids, of which few are there
        held = graph.counts_of_versions(subject.tenant_id, _in_graph(subject))
        there = [each for each, counts in held.items() if counts.nodes or counts.edges]
    else:
        there = list(subject.contacts)
    for each in there:
        graph.delete_document(subject.tenant_id, each)


def _count_files(subject: Subject) -> int:
    return 0 if isinstance(subject, Person) else count_tenant_blobs(subject.tenant_id)


def _erase_files(subject: Subject) -> None:
    if not isinstance(subject, Person):
        delete_tenant_blobs(subject.tenant_id)


def _files(subject: Subject) -> Iterable[StoredFile]:
    """The answering version of each document, as it came."""
    if isinstance(subject, Person):
        return []
    with tenant_scope(subject.tenant_id):
        versions = DocumentVersion.objects.select_related("document").exclude(document__current_version_id=None)
        rows = [row for row in versions.only("id", "tenant_id", "blob_key", "document") if _answers(row)]
    return [StoredFile(_path(row), partial(read_blob, subject.tenant_id, row.blob_key)) for row in rows]


def _answers(row: DocumentVersion) -> bool:
    return row.document.current_version_id == row.id and bool(row.blob_key)


def _path(row: DocumentVersion) -> str:
    name = "".join(each if each.isalnum() or each in "-._" else "_" for each in row.document.external_id[-80:])
    return f"files/{row.document_id}/{name}"


declare_store(
    Store(
        "vectors",
        "Passages of documents, each company in a partition of its own; nothing of a contact. It is asked for the ids "
        "of the contact's messages, episodes and facts all the same",
        _count_vectors,
        _erase_vectors,
    )
)
declare_store(
    Store(
        "graph",
        "What documents name and link to; what is a contact's stands under the contact's id",
        _count_graph,
        _erase_graph,
    )
)
declare_store(Store("files", "Documents as they came; contacts send no files", _count_files, _erase_files, _files))


def _remove_old_events(before: datetime) -> int:
    """In the open scope: some of those that came earlier and were handled; returns how many."""
    old = ContactEvent.objects.filter(received_at__lt=before).exclude(handled_at=None).order_by("received_at")
    ids = list(old.values_list("id", flat=True)[:IDS_TOGETHER])
    with transaction.atomic():
        ContactEvent.objects.filter(id__in=ids).delete()
    return len(ids)


declare_retention("events_days", _remove_old_events)
declare_secret("ingestion.ContactIdentity", "digest", Hashed("HMAC-SHA256; the value stands beside it, for people"))
declare_secret("ingestion.ContactRelation", "target_key", NoSecret("an address or an id of a product"))
declare_secret("ingestion.DocumentVersion", "blob_key", NoSecret("where the file is: its hash"))
