"""A bucket is one number. What was in the buckets is not worth carrying over: they fill within minutes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ratelimits", "0001_initial")]

    operations = [
        migrations.RunSQL("DELETE FROM ratelimits_tokenbucket", migrations.RunSQL.noop),
        migrations.RemoveField("tokenbucket", "tokens"),
        migrations.RemoveField("tokenbucket", "updated_at"),
        migrations.AddField("tokenbucket", "full_at", models.FloatField(db_index=True, default=0.0), preserve_default=False),
    ]
