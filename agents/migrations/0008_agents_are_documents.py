from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("agents", "0007_first_versions"),
    ]

    operations = [
        *(
            migrations.RemoveField(model_name="agent", name=name)
            for name in ("instructions", "greeting", "suggested_questions", "color", "model")
        ),
        migrations.AlterField(model_name="agent", name="draft", field=models.JSONField()),
    ]
