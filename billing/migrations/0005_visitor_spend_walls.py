from django.db import migrations

from tenants.walls import EnableTenantRLS, TenantForeignKeys


class Migration(migrations.Migration):

    dependencies = [
        ("billing", "0004_visitor_spend"),
    ]

    operations = [
        EnableTenantRLS("VisitorSpend"),
        TenantForeignKeys("VisitorSpend"),
        EnableTenantRLS("VisitorHold"),
        TenantForeignKeys("VisitorHold"),
    ]
