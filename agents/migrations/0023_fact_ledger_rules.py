from django.db import migrations, models

from agents.memory.walls import KeepIntervalsApart


class Migration(migrations.Migration):

    dependencies = [
        ("agents", "0022_fact_ledger_rows"),
    ]

    operations = [
        migrations.AddIndex(
            model_name='factsource',
            index=models.Index(fields=['tenant', 'conversation_id'], name='fact_source_conversation'),
        ),
        migrations.AddConstraint(
            model_name='fact',
            constraint=models.UniqueConstraint(condition=models.Q(('is_single_valued', True), ('status', 'active')), fields=('tenant', 'contact_id', 'predicate'), name='fact_one_open_value'),
        ),
        migrations.AddConstraint(
            model_name='fact',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'active')), fields=('tenant', 'contact_id', 'predicate', 'value'), name='fact_open_value_unique'),
        ),
        migrations.AddConstraint(
            model_name='fact',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'proposed')), fields=('tenant', 'contact_id', 'predicate', 'value'), name='fact_proposal_unique'),
        ),
        migrations.AddConstraint(
            model_name='fact',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['active', 'proposed']), ('superseded_at', None)), models.Q(('status__in', ['superseded', 'retracted']), ('superseded_at__isnull', False)), _connector='OR'), name='fact_status_says_whether_open'),
        ),
        migrations.AddConstraint(
            model_name='fact',
            constraint=models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='fact_ends_after_it_begins'),
        ),
        migrations.AddConstraint(
            model_name='factsource',
            constraint=models.UniqueConstraint(condition=models.Q(('run_id', None), _negated=True), fields=('tenant', 'fact', 'run_id'), name='fact_run_source_unique'),
        ),
        migrations.AddConstraint(
            model_name='factsource',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('event_id', None), ('message_id__isnull', False), ('run_id', None), ('told_by', '')), models.Q(('event_id__isnull', False), ('message_id', None), ('run_id', None), ('told_by', '')), models.Q(('event_id', None), ('message_id', None), ('run_id__isnull', False), ('told_by', '')), models.Q(('event_id', None), ('message_id', None), ('run_id', None), models.Q(('told_by', ''), _negated=True)), _connector='OR'), name='fact_source_is_of_one_kind'),
        ),
        KeepIntervalsApart("Fact"),
    ]
