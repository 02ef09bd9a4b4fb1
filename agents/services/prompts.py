"""Writes about the prompt registry. What answers with a prompt now goes on answering, whatever is done here.

Whoever publishes a version that refers to a prompt holds its row meanwhile, and so does whoever moves its labels.
"""

import re
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from agents.errors import InvalidAgent, InvalidPrompt, PromptExists, PromptInUse, PromptNotFound, PromptVersionNotFound
from agents.models import Prompt, PromptLabel, PromptVersion
from agents.prompts.resolving import names_in, read_registry, resolve_prompt
from agents.prompts.template import checked, digest_of_text
from agents.prompts.usage import uses_of
from rapport.ids import Prefix, encode
from tenants.actors import Actor
from tenants.audit import facts_of_text, record_audit
from tenants.context import tenant_scope

FIRST_LABEL = "production"
MAX_NOTE = 300

_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def create_prompt(*, tenant_id: UUID, name: str, text: str, actor: Actor, note: str = "") -> UUID:
    """A prompt with its first version, which gets the label production. Returns its id.

    Raises InvalidPrompt, PromptExists.
    """
    _check_slug(name, "name")
    text = checked(text)
    with tenant_scope(tenant_id), transaction.atomic():
        try:
            with transaction.atomic():
                prompt = Prompt.objects.create(name=name)
        except IntegrityError as error:
            raise PromptExists(f"There is a prompt {name} already: add a version to it.", param="name") from error
        _write_version(prompt, 1, text, actor=actor, note=note)
        PromptLabel.objects.create(prompt=prompt, name=FIRST_LABEL, number=1, actor=actor.label)
        record_audit(actor=actor, action="prompt.created", subject=_subject(prompt), after={"name": name})
    return prompt.id


def add_prompt_version(*, tenant_id: UUID, prompt_id: UUID, text: str, actor: Actor, note: str = "") -> int:
    """A new version, which no label is on. Returns its number: the last one's when the text is the same.

    Raises PromptNotFound, InvalidPrompt.
    """
    text = checked(text)
    with tenant_scope(tenant_id), transaction.atomic():
        prompt = _lock(prompt_id)
        last = PromptVersion.objects.filter(prompt=prompt).order_by("-number")[:1].get()
        if last.text == text:
            return last.number
        _write_version(prompt, last.number + 1, text, actor=actor, note=note)
        record_audit(
            actor=actor,
            action="prompt.version_added",
            subject=_subject(prompt),
            details={"version": last.number + 1},
            before={"text": facts_of_text(last.text)},
            after={"text": facts_of_text(text)},
        )
        return last.number + 1


def move_label(*, tenant_id: UUID, prompt_id: UUID, label: str, number: int, actor: Actor) -> None:
    """Put the label on a version; who refers to it gets that one with the next answer.

    Raises PromptNotFound, PromptVersionNotFound, InvalidPrompt, and PromptInUse when an agent that answers now would
    lack a variable.
    """
    _check_slug(label, "label")
    with tenant_scope(tenant_id), transaction.atomic():
        prompt = _lock(prompt_id)
        if not PromptVersion.objects.filter(prompt=prompt, number=number).exists():
            raise PromptVersionNotFound("This prompt has no such version.", param="version")
        _check_uses(prompt.name, label, number)
        row = PromptLabel.objects.filter(prompt=prompt, name=label).first()
        before = row.number if row else None
        if before == number:
            return
        row = row or PromptLabel(prompt=prompt, name=label)
        row.number, row.actor = number, actor.label
        row.save()
        _record_label(prompt, label, before, number, actor=actor)


def remove_label(*, tenant_id: UUID, prompt_id: UUID, label: str, actor: Actor) -> None:
    """Raises PromptNotFound, also without such a label; PromptInUse when an agent that answers now refers to it."""
    with tenant_scope(tenant_id), transaction.atomic():
        prompt = _lock(prompt_id)
        row = PromptLabel.objects.filter(prompt=prompt, name=label).first()
        if row is None:
            raise PromptNotFound("This prompt has no such label.", param="label")
        _check_uses(prompt.name, label, None)
        row.delete()
        _record_label(prompt, label, row.number, None, actor=actor)


def archive_prompt(*, tenant_id: UUID, prompt_id: UUID, is_archived: bool, actor: Actor) -> None:
    """Nobody is offered it any more, or again. Its versions stay: an agent that goes back to one still answers.

    Raises PromptNotFound, and PromptInUse while an agent answers with it.
    """
    with tenant_scope(tenant_id), transaction.atomic():
        prompt = _lock(prompt_id)
        if (prompt.archived_at is not None) == is_archived:
            return
        if is_archived and (use := next(uses_of(prompt.name), None)):
            raise PromptInUse(f"{use.agent_name} (version {use.number}) answers with it. Publish it without it first.")
        prompt.archived_at = timezone.now() if is_archived else None
        prompt.save(update_fields=["archived_at"])
        record_audit(
            actor=actor,
            action="prompt.archived" if is_archived else "prompt.restored",
            subject=_subject(prompt),
            before={"is_archived": not is_archived},
            after={"is_archived": is_archived},
        )


def _check_uses(name: str, label: str, number: int | None) -> None:
    """Would everything that answers now still resolve?"""
    for use in uses_of(name):
        registry = read_registry(names_in(use.config.prompt)).with_label(name, label, number)
        try:
            resolve_prompt(use.config.prompt, registry)
        except InvalidAgent as error:
            who = f"{use.agent_name} (version {use.number})"
            message = f"{who} answers with this label and could not any more. {error.message}"
            raise PromptInUse(message, param="label") from error


def _lock(prompt_id: UUID) -> Prompt:
    prompt = Prompt.objects.select_for_update().filter(id=prompt_id).first()
    if prompt is None:
        raise PromptNotFound("There is no such prompt.")
    return prompt


def _write_version(prompt: Prompt, number: int, text: str, *, actor: Actor, note: str) -> None:
    PromptVersion.objects.create(
        prompt=prompt,
        number=number,
        text=text,
        digest=digest_of_text(text),
        note=note.strip()[:MAX_NOTE],
        actor=actor.label,
    )


def _record_label(prompt: Prompt, label: str, before: int | None, after: int | None, *, actor: Actor) -> None:
    record_audit(
        actor=actor,
        action="prompt.label_moved" if after else "prompt.label_removed",
        subject=_subject(prompt),
        before={label: before},
        after={label: after},
    )


def _subject(prompt: Prompt) -> str:
    return encode(Prefix.PROMPT, prompt.id)


def _check_slug(text: str, param: str) -> None:
    if not _SLUG.fullmatch(text):
        raise InvalidPrompt(
            f"A {param} is at most 60 lower-case letters, digits, - and _, and begins with a letter or digit.",
            param=param,
        )
