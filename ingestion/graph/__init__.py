"""Who is linked to what: the port, the embedded store, and (by URL) real servers. A projection, never the truth."""
