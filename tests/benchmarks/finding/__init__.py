"""How well passages are found: through the product, arm by arm, and beside plain BM25 and the plain embedder."""
