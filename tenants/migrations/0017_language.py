from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0016_proactive_messages'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='language',
            field=models.CharField(blank=True, default='', max_length=8),
        ),
    ]
