from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tenants', '0014_keys_made_by_keys'),
    ]

    operations = [
        migrations.AddField(
            model_name='erasure',
            name='whose_id',
            field=models.UUIDField(null=True),
        ),
        migrations.AddField(
            model_name='erasure',
            name='kind',
            field=models.CharField(choices=[('contact', 'Contact'), ('conversation', 'Conversation'), ('message', 'Message')], default='contact', max_length=12),
        ),
    ]
