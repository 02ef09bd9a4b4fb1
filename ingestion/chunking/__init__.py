"""A `ParsedDocument` → passages to embed, search and cite. Pure: no database, no network, no clock."""
