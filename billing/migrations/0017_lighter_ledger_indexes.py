import django.db.models.deletion
from django.db import migrations, models

INDEX = "billing_usagerecord_tenant_id_2f1db001"  # as Django names it, on each kind of database


class Migration(migrations.Migration):

    dependencies = [
        ("billing", "0016_trials_and_discounts"),
        ("tenants", "0017_language"),
    ]

    operations = [
        migrations.RemoveIndex("usagerecord", name="usage_tenant_document"),
        migrations.RemoveIndex("usagerecord", name="usage_tenant_billed"),
        # Django would make the table anew on SQLite, and check every row's company again on PostgreSQL.
        migrations.SeparateDatabaseAndState(
            [migrations.RunSQL(f"DROP INDEX {INDEX}", f"CREATE INDEX {INDEX} ON billing_usagerecord (tenant_id)")],
            [
                migrations.AlterField(
                    "usagerecord",
                    "tenant",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                )
            ],
        ),
        migrations.AddIndex(
            "usagerecord",
            models.Index(
                condition=models.Q(("document_id__isnull", False)),
                fields=["tenant", "document_id"],
                name="usage_tenant_document",
            ),
        ),
        migrations.AddIndex(
            "usagerecord",
            models.Index(
                condition=models.Q(("billed_at__isnull", False)),
                fields=["tenant", "billed_at"],
                name="usage_tenant_billed",
            ),
        ),
    ]
