"""Each agent that is there gets its first version, published: what it was, under the number that its traces name."""

from uuid import UUID

from django.db import connection, migrations


def write_versions(apps, schema_editor):
    for tenant_id in apps.get_model("tenants", "Tenant").objects.values_list("id", flat=True):
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('app.tenant_id', %s, true)", [str(tenant_id)])
        _of_tenant(apps, tenant_id)


def _of_tenant(apps, tenant_id: UUID) -> None:
    from agents.configuration import digest_of, read_document, to_document

    Agent, Version = apps.get_model("agents", "Agent"), apps.get_model("agents", "AgentVersion")
    for agent in Agent.objects.filter(tenant_id=tenant_id).order_by("id"):
        config = read_document(_document(agent))
        agent.draft, agent.name = to_document(config), config.appearance.name
        agent.save(update_fields=["draft", "name"])
        Version.objects.create(
            tenant_id=tenant_id,
            agent=agent,
            number=agent.version,
            config=agent.draft,
            digest=digest_of(config),
            actor="system",
        )


def _document(agent) -> dict:
    """What these fields may hold was looser: white space, control characters."""
    questions = [_line(each) for each in agent.suggested_questions]
    return {
        "appearance": {
            "name": _line(agent.name) or "Assistant",
            "greeting": agent.greeting,
            "suggested_questions": [each for each in questions if each][:4],
            "color": agent.color,
        },
        "prompt": {"instructions": agent.instructions},
        "models": {"answer": [_line(agent.model)]},
    }


def _line(text: str) -> str:
    return "".join(each for each in text if each.isprintable()).strip()


class Migration(migrations.Migration):

    dependencies = [
        ("agents", "0006_agent_versions"),
    ]

    operations = [
        migrations.RunPython(write_versions, migrations.RunPython.noop),
    ]
