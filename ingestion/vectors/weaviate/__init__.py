"""The vector store on Weaviate: one collection for each embedding model, one shard for each tenant."""
