"""What Rapport needs in the database: constraints that make writing twice harmless and keep tenants' keys apart.

Community edition has uniqueness constraints on several properties, of nodes and of relationships; it has no existence
constraints, so that every node has its tenant is what `door` sees to.
"""

import re
from dataclasses import dataclass

from neo4j.exceptions import Neo4jError

from ingestion.graph.errors import GraphStoreMisconfigured, GraphStoreUnavailable
from ingestion.graph.neo4j.door import Door

OLDEST = (5, 23)  # the first with `CALL (variable) { … }`
HEALTH_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Rule:
    """One constraint or index: `kind` as SHOW INDEXES tells it apart, `pattern` and `properties` as it is made."""

    name: str
    pattern: str
    properties: tuple[str, ...]
    is_unique: bool = True

    @property
    def statement(self) -> str:
        named = ", ".join(f"x.{each}" for each in self.properties)
        if self.is_unique:
            return f"CREATE CONSTRAINT {self.name} IF NOT EXISTS FOR {self.pattern} REQUIRE ({named}) IS UNIQUE"
        return f"CREATE INDEX {self.name} IF NOT EXISTS FOR {self.pattern} ON ({named})"


RULES = (
    Rule("rapport_node_key", "(x:RapportNode)", ("tenant_id", "key")),
    Rule("rapport_edge_id", "()-[x:RAPPORT_EDGE]-()", ("tenant_id", "id")),
    Rule("rapport_version_id", "(x:RapportVersion)", ("tenant_id", "id")),
    Rule("rapport_tenant_id", "(x:RapportTenant)", ("tenant_id",)),
    Rule("rapport_version_document", "(x:RapportVersion)", ("tenant_id", "document_id"), is_unique=False),
)


def prepare(door: Door) -> None:
    """Make what is missing. Raises GraphStoreMisconfigured when the server is too old, or holds duplicates."""
    refuse_old_server(door.server_version(), door.address.place)
    missing = [rule for rule in RULES if rule.name not in _present(door)]
    for rule in missing:
        _make(door, rule)
    if missing:
        door.administer("CALL db.awaitIndexes(60)", seconds=70)


def check(door: Door) -> None:
    """Whether all is there and answers, within a few seconds. Raises what `prepare` would."""
    missing = [rule.name for rule in RULES if rule.name not in _present(door, seconds=HEALTH_SECONDS)]
    if missing:
        raise GraphStoreMisconfigured(
            f"GRAPH_URL: Neo4j at {door.address.place} has lost its constraints ({', '.join(missing)}). "
            "Run `manage.py reconcile`: it makes them again and mends what was doubled meanwhile."
        )


def refuse_old_server(version: str, place: str) -> None:
    """Raises GraphStoreMisconfigured below 5.23. Servers since 2025 are called by year and month."""
    numbers = tuple(int(number) for number in re.findall(r"\d+", version)[:2])
    if numbers < OLDEST:
        raise GraphStoreMisconfigured(
            f"GRAPH_URL: Neo4j at {place} is version {version[:20]}, which is too old. Use 5.26 or newer."
        )


def _present(door: Door, *, seconds: float = 10.0) -> set[str]:
    rows = door.administer("SHOW INDEXES YIELD name, state WHERE state = 'ONLINE' RETURN name", seconds=seconds)
    return {name for (name,) in rows}


def _make(door: Door, rule: Rule) -> None:
    """Two processes may make it at once; the second finds it there."""
    try:
        door.administer(rule.statement, seconds=60)
    except GraphStoreUnavailable as error:
        if rule.name in _present(door):
            return
        if not _is_of_schema(error.__cause__):
            raise
        raise GraphStoreMisconfigured(
            f"GRAPH_URL: Neo4j at {door.address.place} cannot make the constraint {rule.name} on "
            f"({', '.join(rule.properties)}): there are duplicates, or another index in its place. Remove what has the "
            f"pattern {rule.pattern.replace('x:', ':')} and run `manage.py rebuild graph`, or name an empty database."
        ) from error


def _is_of_schema(cause: BaseException | None) -> bool:
    return isinstance(cause, Neo4jError) and ".Schema." in (cause.code or "")
