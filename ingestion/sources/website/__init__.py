"""Websites and sitemaps: a polite crawler that hands pages to `ingestion.services` and takes removed ones away."""
