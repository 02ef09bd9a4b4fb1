"""Where chunks are searched: the port, the embedded store, and (by URL) real servers. A projection, never the truth."""
