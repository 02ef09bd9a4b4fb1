from django.db import migrations

from tenants.walls import EnableTenantRLS, TenantForeignKeys


class Migration(migrations.Migration):

    dependencies = [
        ("ingestion", "0005_projection_checks"),
        ("tenants", "0002_tenant_walls"),
    ]

    operations = [
        EnableTenantRLS("Source"),
        EnableTenantRLS("Document"),
        EnableTenantRLS("DocumentVersion"),
        EnableTenantRLS("Chunk"),
        EnableTenantRLS("Contact"),
        TenantForeignKeys("Source"),
        TenantForeignKeys("Document"),
        TenantForeignKeys("DocumentVersion"),
        TenantForeignKeys("Chunk"),
        TenantForeignKeys("Contact"),
    ]
