"""Contacts that were known by an address, a number or an id are found by them as before."""

from uuid import UUID

from django.db import connection, migrations


def write_identities(apps, schema_editor):
    for tenant_id in apps.get_model("tenants", "Tenant").objects.values_list("id", flat=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant_id)])
        _of_tenant(apps, tenant_id)


def _of_tenant(apps, tenant_id: UUID) -> None:
    from ingestion.contacts.identities import digest_of

    Contact, Identity = apps.get_model("ingestion", "Contact"), apps.get_model("ingestion", "ContactIdentity")
    found = {}
    for contact in Contact.objects.filter(tenant_id=tenant_id, is_anonymous=False).order_by("id"):
        for kind in ("external_id", "email", "phone"):
            value = getattr(contact, kind)
            value = value.lower() if kind == "email" else value
            if value:
                found.setdefault((kind, digest_of(tenant_id, kind, value)), (contact.id, value))
    Identity.objects.bulk_create(
        Identity(tenant_id=tenant_id, contact_id=contact_id, kind=kind, digest=digest, value=value)
        for (kind, digest), (contact_id, value) in found.items()
    )


class Migration(migrations.Migration):

    dependencies = [
        ("ingestion", "0011_contact_event_walls"),
    ]

    operations = [
        migrations.RunPython(write_identities, migrations.RunPython.noop),
    ]
