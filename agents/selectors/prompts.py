"""Reads about the prompt registry."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agents.errors import PromptNotFound
from agents.models import Prompt, PromptLabel, PromptVersion
from agents.prompts.template import variables_of
from agents.prompts.usage import uses_of
from tenants.context import tenant_scope


@dataclass(frozen=True, slots=True)
class PromptVersionView:
    """`labels`: those that are on it now; `actor` is a label of `tenants.actors`."""

    number: int
    text: str
    digest: str
    variables: tuple[str, ...]
    labels: tuple[str, ...]
    note: str
    actor: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class PromptView:
    """`versions` newest first, in a list only the newest; `used_by`: (agent's name, version) that answer with it."""

    id: UUID
    name: str
    labels: dict[str, int]
    latest: int
    versions: tuple[PromptVersionView, ...]
    created_at: datetime
    used_by: tuple[tuple[str, int], ...] = ()
    is_archived: bool = False


def list_prompts(
    *, tenant_id: UUID, limit: int | None = None, after: UUID | None = None, is_archived: bool = False
) -> list[PromptView]:
    """Oldest first, each with its newest version; `after` is the last id of the previous page."""
    with tenant_scope(tenant_id):
        rows = Prompt.objects.filter(archived_at__isnull=not is_archived)
        rows = rows.filter(id__gt=after) if after else rows
        return [_view(row, 1) for row in rows.order_by("id")[:limit]]


def get_prompt(*, tenant_id: UUID, prompt_id: UUID) -> PromptView:
    """With all its versions. Raises PromptNotFound."""
    with tenant_scope(tenant_id):
        row = Prompt.objects.filter(id=prompt_id).first()
        if row is None:
            raise PromptNotFound("There is no such prompt.")
        return _view(row, None, tuple((use.agent_name, use.number) for use in uses_of(row.name)))


def _view(row: Prompt, limit: int | None, used_by: tuple[tuple[str, int], ...] = ()) -> PromptView:
    labels = dict(PromptLabel.objects.filter(prompt=row).order_by("name").values_list("name", "number"))
    versions = PromptVersion.objects.filter(prompt=row).order_by("-number")[:limit]
    views = tuple(_version_view(each, labels) for each in versions)
    is_archived = row.archived_at is not None
    return PromptView(row.id, row.name, labels, views[0].number, views, row.created_at, used_by, is_archived)


def _version_view(row: PromptVersion, labels: dict[str, int]) -> PromptVersionView:
    return PromptVersionView(
        number=row.number,
        text=row.text,
        digest=row.digest,
        variables=variables_of(row.text),
        labels=tuple(name for name, number in labels.items() if number == row.number),
        note=row.note,
        actor=row.actor,
        created_at=row.created_at,
    )
