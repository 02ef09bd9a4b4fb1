from django.db import migrations

from tenants.walls import EnableTenantRLS, TenantForeignKeys


class Migration(migrations.Migration):

    dependencies = [
        ("tenants", "0010_identity_secrets"),
    ]

    operations = [
        EnableTenantRLS("IdentitySecret"),
        TenantForeignKeys("IdentitySecret"),
    ]
