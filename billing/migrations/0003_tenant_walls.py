from django.db import migrations

from tenants.walls import EnableTenantRLS, TenantForeignKeys


class Migration(migrations.Migration):

    dependencies = [
        ("billing", "0002_usage_indexes"),
        ("tenants", "0002_tenant_walls"),
    ]

    operations = [
        EnableTenantRLS("UsageRecord"),
        TenantForeignKeys("UsageRecord"),
    ]
