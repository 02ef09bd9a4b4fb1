"""The names of this app's topics and events. Names only: web processes import this and must stay light."""

DOCUMENTS_TOPIC = "ingestion.documents"  # key: the document
SUBMITTED = "rapport.ingestion.document.submitted.v1"  # {document_id, version_id}
DELETION_REQUESTED = "rapport.ingestion.document.deletion-requested.v1"  # {document_id}
EMBEDDED = "rapport.ingestion.document.embedded.v1"  # + {source_id, model, tokens, chunks}: what was computed
READY = "rapport.ingestion.document.ready.v1"  # + {source_id, chunks}

SOURCES_TOPIC = "ingestion.sources"  # key: the source
CRAWL_REQUESTED = "rapport.ingestion.source.crawl-requested.v1"  # {source_id}
SOURCE_DELETION_REQUESTED = "rapport.ingestion.source.deletion-requested.v1"  # {source_id}
