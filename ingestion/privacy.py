"""Of whom this app's rows and stores are."""

from tenants.privacy.holdings import OfContact, OfPlatform, OfTenant, by_field, declare

_KNOWLEDGE = "what the company publishes to its customers"

declare("ingestion.Contact", OfContact(by_field("id")))
declare("ingestion.Source", OfTenant(_KNOWLEDGE))
declare("ingestion.Document", OfTenant(_KNOWLEDGE))
declare("ingestion.DocumentVersion", OfTenant(_KNOWLEDGE))
declare("ingestion.Chunk", OfTenant(_KNOWLEDGE))
declare("ingestion.ChunkVector", OfTenant(_KNOWLEDGE, is_exported=False))
declare("ingestion.EmbeddingState", OfTenant("which embedding model answers", is_exported=False))
declare("ingestion.ProjectionCheck", OfPlatform("counts; outlives a company until its stores are known to be empty"))
declare("ingestion.StoreWatch", OfPlatform("whether the stores answer"))
declare("ingestion.Rebuild", OfTenant("how far a rebuild came", is_exported=False))
