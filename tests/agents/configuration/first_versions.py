"""What the process of `test_first_versions` does: a database as it was before agents had versions, migrated forward."""

import json
import sys
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from agents.configuration import digest_of, read_document, to_document

BEFORE, AFTER = [("agents", "0006_agent_versions")], [("agents", "0008_agents_are_documents")]
FULL, LOOSE, OTHER = UUID(int=1), UUID(int=2), UUID(int=3)
ACME, RIVAL = UUID(int=10), UUID(int=11)


def migrate_forward() -> None:
    """Writes what became of each agent as JSON to standard output."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    _write_old_rows(executor.loader.project_state(BEFORE).apps)
    executor = MigrationExecutor(connection)  # what is applied is read when it is made
    executor.migrate(AFTER)
    apps = executor.loader.project_state(AFTER).apps
    sys.stdout.write(json.dumps({str(each.int): _told(apps, each) for each in (FULL, LOOSE, OTHER)}))


def _write_old_rows(apps: Any) -> None:
    tenants, old = apps.get_model("tenants", "Tenant").objects, apps.get_model("agents", "Agent").objects
    for tenant_id, name in ((ACME, "acme"), (RIVAL, "rival")):
        tenants.create(id=tenant_id, name=name, slug=name)
    old.create(
        id=FULL,
        tenant_id=ACME,
        name="Ada",
        instructions="Be brief.\nNever guess.",
        greeting="Ahoy!",
        suggested_questions=["How long?", "How much?"],
        color="#0d9488",
        model="claude-haiku-4-5",
        version=7,
    )
    old.create(
        id=LOOSE,
        tenant_id=ACME,
        name=" \x07\t ",
        suggested_questions=["", "One\n?", " \x00", "Two?", "Three?", "Four?", "Five?"],
        model=" gpt\x1b ",
    )
    old.create(id=OTHER, tenant_id=RIVAL, name="Theirs", version=2)
    apps.get_model("agents", "Trace").objects.create(
        tenant_id=ACME,
        turn_id=UUID(int=20),
        conversation_id=UUID(int=21),
        agent_id=FULL,
        contact_id=UUID(int=22),
        agent_version=7,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        duration_us=1,
    )


def _told(apps: Any, agent_id: UUID) -> dict[str, Any]:
    agent = apps.get_model("agents", "Agent").objects.get(id=agent_id)
    rows = list(apps.get_model("agents", "AgentVersion").objects.filter(agent_id=agent_id))
    return {
        "name": agent.name,
        "tenants": [row.tenant_id.int for row in rows],
        "versions": [row.number for row in rows],
        "published": agent.version,
        "actors": [row.actor for row in rows],
        "configs": [to_document(read_document(row.config)) for row in rows],  # as it is read today
        "is_its_digest": [row.digest == digest_of(read_document(row.config)) for row in rows],
        "is_its_draft": [row.config == agent.draft for row in rows],
    }
