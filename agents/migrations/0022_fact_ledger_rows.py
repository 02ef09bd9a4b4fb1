"""What is remembered already: its status, when each source said it, and by which version of which extractor."""

from itertools import groupby
from uuid import UUID

from django.db import connection, migrations


def write_ledger(apps, schema_editor):
    for tenant_id in apps.get_model("tenants", "Tenant").objects.values_list("id", flat=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant_id)])
        _facts(apps, tenant_id)
        _sources(apps, tenant_id)


def _facts(apps, tenant_id: UUID) -> None:
    rows = apps.get_model("agents", "Fact").objects.filter(tenant_id=tenant_id)
    rows = rows.order_by("contact_id", "predicate", "valid_from", "id")
    for _, chain in groupby(rows, key=lambda row: (row.contact_id, row.predicate)):
        facts = list(chain)
        for fact, later in zip(facts, [*facts[1:], None]):
            if fact.superseded_at is not None:
                fact.status = "superseded" if fact.superseded_by_id else "retracted"
            if fact.valid_to and fact.valid_from and fact.valid_to < fact.valid_from:
                fact.valid_to = fact.valid_from
            if fact.is_single_valued and later and later.valid_from and fact.valid_to and fact.valid_to > later.valid_from:
                fact.valid_to = later.valid_from
            fact.extractor, fact.extractor_version = _split(fact.extractor)
            fact.save(update_fields=["status", "valid_to", "extractor", "extractor_version"])


def _sources(apps, tenant_id: UUID) -> None:
    episodes = apps.get_model("agents", "Episode").objects.filter(tenant_id=tenant_id)
    events = apps.get_model("ingestion", "ContactEvent").objects.filter(tenant_id=tenant_id)
    rows = apps.get_model("agents", "FactSource").objects.filter(tenant_id=tenant_id).select_related("fact")
    for source in rows.iterator():
        said = episodes.filter(message_id=source.message_id).values_list("said_at", flat=True).first()
        told = events.filter(id=source.event_id).values_list("occurred_at", flat=True).first()
        source.said_at = said or told or source.fact.valid_from or source.created_at
        source.value, source.confidence = source.fact.value, source.fact.confidence
        source.extractor, source.extractor_version = source.fact.extractor, source.fact.extractor_version
        source.save(update_fields=["said_at", "value", "confidence", "extractor", "extractor_version"])


def _split(extractor: str) -> tuple[str, int]:
    name, _, version = extractor.rpartition("-")
    return (name, int(version)) if name and version.isdigit() else (extractor, 1)


class Migration(migrations.Migration):

    dependencies = [
        ("agents", "0021_fact_ledger"),
        ("ingestion", "0013_approved_answers"),
    ]

    operations = [
        migrations.RunPython(write_ledger, migrations.RunPython.noop),
    ]
