"""A `ParsedDocument` → passages to embed, search and cite. Pure and deterministic: no database, no network, no clock."""
