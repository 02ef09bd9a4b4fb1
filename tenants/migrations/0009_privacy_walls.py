from django.db import migrations

from tenants.walls import EnableTenantRLS, ForgetACompany, TenantForeignKeys


class Migration(migrations.Migration):

    dependencies = [
        ("tenants", "0008_privacy"),
    ]

    operations = [
        *(operation(name) for name in ("Erasure", "Tombstone", "DataExport") for operation in (EnableTenantRLS, TenantForeignKeys)),
        ForgetACompany("Departure"),
    ]
