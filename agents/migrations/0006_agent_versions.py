import django.db.models.deletion
from django.db import migrations, models

import rapport.ids
from tenants.walls import EnableTenantRLS, TenantForeignKeys


class Migration(migrations.Migration):

    dependencies = [
        ("agents", "0005_asked_by_calls"),
        ("tenants", "0013_visitor_budgets"),
    ]

    operations = [
        migrations.CreateModel(
            name="AgentVersion",
            fields=[
                ("id", models.UUIDField(default=rapport.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("number", models.PositiveIntegerField()),
                ("config", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("actor", models.CharField(max_length=64)),
                ("from_version", models.PositiveIntegerField(null=True)),
                ("is_candidate", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "agent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING, related_name="versions", to="agents.agent"
                    ),
                ),
                (
                    "tenant",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="tenants.tenant",
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "default_manager_name": "objects",
            },
        ),
        migrations.AddConstraint(
            model_name="agentversion",
            constraint=models.UniqueConstraint(fields=("tenant", "agent", "number"), name="agent_version_unique"),
        ),
        migrations.AddField(model_name="agent", name="draft", field=models.JSONField(default=dict)),
        migrations.AddField(model_name="turn", name="agent_version", field=models.PositiveIntegerField(null=True)),
        EnableTenantRLS("AgentVersion"),
        TenantForeignKeys("AgentVersion"),
    ]
