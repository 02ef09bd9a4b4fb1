"""Pages that list the newest of something read a page of it by an index, however much there is."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.frontend.seed import Seeded

pytestmark = pytest.mark.skipif(connection.vendor != "sqlite", reason="it is SQLite that says how")


class Asked:
    """What was asked of the database, and how SQLite goes about it."""

    def __init__(self) -> None:
        self.queries: list[tuple[str, Any]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.queries.append((sql, params))
        return execute(sql, params, many, context)

    def plans(self, table: str) -> list[str]:
        found = []
        with connection.cursor() as cursor:
            for sql, params in self.queries:
                if sql.startswith("SELECT") and f'FROM "{table}"' in sql:
                    cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
                    found.append("; ".join(row[3] for row in cursor.fetchall()))
        return found


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/audit/", "tenants_auditentry"),
        ("/contacts/", "ingestion_contact"),
        ("/traces/", "agents_trace"),
        ("/conversations/", "agents_conversation"),
    ],
)
def test_no_list_is_sorted_whole(alice_client: Client, seeded: Seeded, path: str, table: str) -> None:
    asked = Asked()
    with connection.execute_wrapper(asked):
        assert alice_client.get(path).status_code == 200
    plans = asked.plans(table)
    assert plans
    assert not [each for each in plans if "TEMP B-TREE FOR ORDER BY" in each]
