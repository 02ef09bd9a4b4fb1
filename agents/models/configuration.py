"""Agents as tenants configure them: the draft that is being edited, and the versions that answer."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class Agent(TenantModel):
    """Who answers. `draft` is a document of `agents.configuration`, and so is each version's `config`.

    `version` is the number of the published one: it answers, and each turn's trace names it. `name` is that version's,
    kept here too for lists.
    """

    name = models.CharField(max_length=80)
    draft = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)


class AgentVersion(TenantModel):
    """What an agent was at one time; append-only (`rapport.grants`). `number` counts from 1 within the agent.

    `digest`: SHA-256 of the canonical document. `from_version`: the one that it takes up again, if it does.
    A candidate was not published: it may be tried, and answer in an experiment.
    """

    # A company that is deleted loses its versions first, through a door of their own: no cascade could reach them.
    agent = models.ForeignKey(Agent, on_delete=models.DO_NOTHING, related_name="versions")
    number = models.PositiveIntegerField()
    config = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=64)  # a label, see `tenants.actors`
    from_version = models.PositiveIntegerField(null=True)
    is_candidate = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "agent", "number"], name="agent_version_unique")
        ]
