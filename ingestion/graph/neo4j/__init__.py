"""The graph store on a Neo4j server: `GRAPH_URL=bolt://user:password@host:7687`.

`address` reads the setting, `door` is the only way to the server and keeps tenants apart, `failures` turns what the
driver raises into one sentence, `schema` makes and checks constraints, `writing`, `reading` and `deleting` hold the
Cypher, and `store` is the port over them.
"""
