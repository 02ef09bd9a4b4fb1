"""The prompt registry: named prompts, their immutable versions, and labels that move from one to the other."""

from typing import ClassVar

from django.db import models

from tenants.scoped import TenantModel


class Prompt(TenantModel):
    """Agents refer to it by `name`, which never changes. `archived_at`: nobody is offered it any more; versions that
    refer to it, and that one may go back to, still resolve."""

    name = models.CharField(max_length=60)
    archived_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [models.UniqueConstraint(fields=["tenant", "name"], name="prompt_name_unique")]


class PromptVersion(TenantModel):
    """Append-only (`rapport.grants`). `number` counts from 1 within the prompt; `digest` is the text's SHA-256."""

    # A company that is deleted loses its versions first, through a door of their own: no cascade could reach them.
    prompt = models.ForeignKey(Prompt, on_delete=models.DO_NOTHING, related_name="versions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    digest = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    actor = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "prompt", "number"], name="prompt_version_unique")
        ]


class PromptLabel(TenantModel):
    """Whoever refers to the label gets the version that it is on now."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="labels")
    name = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    actor = models.CharField(max_length=64)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta(TenantModel.Meta):
        abstract = False
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "prompt", "name"], name="prompt_label_unique")
        ]
