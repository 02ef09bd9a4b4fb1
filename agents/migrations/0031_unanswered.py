"""Since when an answer to a question that nobody could answer was approved, and those questions by date."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("agents", "0030_summaries")]

    operations = [
        migrations.AddField("turn", "approved_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "turn",
            models.Index(
                condition=models.Q(outcome="unknown"), fields=["tenant", "-created_at"], name="turn_unknown"
            ),
        ),
    ]
