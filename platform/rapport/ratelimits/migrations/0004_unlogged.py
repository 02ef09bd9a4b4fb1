"""Counting a call must not wait for a disk: PostgreSQL writes no log for this table. After a crash it is empty, and every
bucket full, which costs nobody anything. Without the index a row is written anew in its own place."""

from django.db import migrations, models


def set_logged(statement: str):
    def run(apps, schema_editor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"ALTER TABLE ratelimits_tokenbucket SET {statement}")

    return run


class Migration(migrations.Migration):
    dependencies = [("ratelimits", "0003_shared_cache")]

    operations = [
        migrations.AlterField("tokenbucket", "full_at", models.FloatField()),
        migrations.RunPython(set_logged("UNLOGGED"), set_logged("LOGGED")),
    ]
