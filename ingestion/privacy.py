"""Of whom this app's rows and stores are."""

from django.db.models import Q

from tenants.privacy.holdings import OfContact, OfPlatform, OfTenant, Person, by_field, declare

_KNOWLEDGE = "what the company publishes to its customers"


def _merges(person: Person) -> list[Q]:
    return [Q(contact_id=person.contact_id) | Q(into_id=person.contact_id)]


declare("ingestion.Contact", OfContact(by_field("id")))
declare("ingestion.ContactIdentity", OfContact(by_field("contact_id"), hidden=frozenset({"digest"})))
declare("ingestion.ContactMerge", OfContact(_merges))
declare("ingestion.ContactEvent", OfContact(by_field("contact_id")))
declare("ingestion.ContactRelation", OfContact(by_field("contact_id")))
declare("ingestion.Source", OfTenant(_KNOWLEDGE))
declare("ingestion.Document", OfTenant(_KNOWLEDGE))
declare("ingestion.DocumentVersion", OfTenant(_KNOWLEDGE))
declare("ingestion.Chunk", OfTenant(_KNOWLEDGE))
declare("ingestion.ChunkVector", OfTenant(_KNOWLEDGE, is_exported=False))
declare("ingestion.EmbeddingState", OfTenant("which embedding model answers", is_exported=False))
declare("ingestion.ProjectionCheck", OfPlatform("counts; outlives a company until its stores are known to be empty"))
declare("ingestion.StoreWatch", OfPlatform("whether the stores answer"))
declare("ingestion.Rebuild", OfTenant("how far a rebuild came", is_exported=False))
