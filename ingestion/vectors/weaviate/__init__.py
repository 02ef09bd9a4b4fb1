"""The vector store on Weaviate: one collection for each embedding model, one shard for each tenant."""

import warnings

with warnings.catch_warnings():  # importing the client switches every warning on, for the whole process
    import weaviate as weaviate
