"""Keeping the vector store and the graph what PostgreSQL says: comparing, mending, and making either anew.

Nothing here takes a lock against ingest. Version ids are never used twice and objects' ids are derived from them, so
writing again is harmless; after a write the rows are asked whether the version still answers, and what no longer does
is taken out again. A version that is being read is nobody's business but ingest's.
"""
