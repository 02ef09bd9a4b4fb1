from django.db import migrations

from tenants.walls import EnableTenantRLS, TenantForeignKeys


class Migration(migrations.Migration):

    dependencies = [
        ("tenants", "0001_initial"),
    ]

    operations = [
        EnableTenantRLS("AuditEntry"),
        TenantForeignKeys("AuditEntry"),
    ]
