"""What tenants know: sources, documents, parsing, chunking, embedding, and the stores that are searched."""
