from django.db import migrations

from tenants.walls import EnableTenantRLS, TenantForeignKeys


class Migration(migrations.Migration):

    dependencies = [
        ("ingestion", "0010_contact_events"),
    ]

    operations = [
        EnableTenantRLS("ContactIdentity"),
        EnableTenantRLS("ContactMerge"),
        EnableTenantRLS("ContactEvent"),
        EnableTenantRLS("ContactRelation"),
        TenantForeignKeys("Contact"),
        TenantForeignKeys("ContactIdentity"),
        TenantForeignKeys("ContactMerge"),
        TenantForeignKeys("ContactEvent"),
        TenantForeignKeys("ContactRelation"),
    ]
