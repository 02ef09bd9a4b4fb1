"""The names of this app's topics and events. Names only: web processes import this and must stay light."""

DOCUMENTS_TOPIC = "ingestion.documents"  # key: the document
SUBMITTED = "rapport.ingestion.document.submitted.v1"  # {document_id, version_id}
DELETION_REQUESTED = "rapport.ingestion.document.deletion-requested.v1"  # {document_id}
EMBEDDED = "rapport.ingestion.document.embedded.v1"  # + {source_id, model, tokens, chunks}: what was computed
READY = "rapport.ingestion.document.ready.v1"  # + {source_id, chunks}

SOURCES_TOPIC = "ingestion.sources"  # key: the source
CRAWL_REQUESTED = "rapport.ingestion.source.crawl-requested.v1"  # {source_id}
SOURCE_DELETION_REQUESTED = "rapport.ingestion.source.deletion-requested.v1"  # {source_id}

CONTACT_EVENTS_TOPIC = "ingestion.contact-events"  # key: a lane; all that is about one contact goes by one of them
CONTACT_EVENTS_RECEIVED = "rapport.ingestion.contact-events.received.v1"  # {ids}

CONTACTS_TOPIC = "ingestion.contacts"  # key: the contact
CONTACT_DESCRIBED = "rapport.ingestion.contact.described.v1"  # {contact_id, event_ids}: these say something of it
CONTACT_RELATED = "rapport.ingestion.contact.related.v1"  # {contact_id}: its relations changed
CONTACT_MERGED = "rapport.ingestion.contact.merged.v1"  # {contact_id, into_id}
CONTACT_UNMERGED = "rapport.ingestion.contact.unmerged.v1"  # {contact_id, into_id}
