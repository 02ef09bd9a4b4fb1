"""What PostgreSQL itself holds of the ledger: of a predicate with one value no two values hold at one moment. On SQLite
it does nothing; there the one open value of a predicate is held by a unique index alone, as it is here too."""

from typing import Any

from tenants.walls import WallOperation

CONSTRAINT = "fact_intervals_apart"


class KeepIntervalsApart(WallOperation):
    """Checked when the transaction ends: within it intervals are moved one after the other. `btree_gist` comes with
    PostgreSQL, and a database's owner may add it."""

    def describe(self) -> str:
        return "Keep the values of a predicate apart in time"

    def forwards(self, model: Any) -> list[str]:
        return [
            "CREATE EXTENSION IF NOT EXISTS btree_gist",
            f'ALTER TABLE "{model._meta.db_table}" ADD CONSTRAINT {CONSTRAINT} EXCLUDE USING gist '
            "(tenant_id WITH =, contact_id WITH =, predicate WITH =, tstzrange(valid_from, valid_to) WITH &&) "
            "WHERE (is_single_valued AND status <> 'proposed') DEFERRABLE INITIALLY DEFERRED",
        ]

    def backwards(self, model: Any) -> list[str]:
        return [f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT {CONSTRAINT}']
