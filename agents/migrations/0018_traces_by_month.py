from django.db import migrations, models

from agents.tracing.partitions import DivideByMonth


class Migration(migrations.Migration):

    dependencies = [
        ("agents", "0017_turn_cancelled_at"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="trace", name="trace_turn_unique"),
        migrations.AddField(
            model_name="trace", name="schema_version", field=models.CharField(blank=True, max_length=24, default=""), preserve_default=False
        ),
        migrations.AddIndex(
            model_name="trace", index=models.Index(fields=["tenant", "turn_id"], name="trace_turn")
        ),
        DivideByMonth(),
    ]
