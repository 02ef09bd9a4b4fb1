"""Where documents come from: one folder a kind. Uploads need no more than `ingestion.services.submit_document`."""
