"""Figures for Prometheus: what each process measures, what is read from the database when someone asks, and the port
where both are found (docs/decisions/0015). Labels come from short lists: never a tenant, an id, or what people wrote.
"""
