"""Kinds "task", "handler" and "command": what works in the background, told by a stranger of Acme's things.

Whatever they are told: Acme's rows stay as they are, nothing of Acme's words comes into the stranger's rows or into
what is printed, and no scope stays open.
"""

import inspect
import io
from argparse import Action
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import transaction

from rapport.celery import app
from rapport.config import ROOT
from rapport.errors import RapportError
from rapport.events.envelope import Event
from rapport.events.topics import Failure, Subscription, all_subscriptions
from rapport.ids import Prefix, encode
from tenants.context import current_tenant_id, tenant_scope
from tests.leaks import parameters
from tests.leaks.asking import undone
from tests.leaks.cells import Cell
from tests.leaks.world import World, has_secret, state_of, tables_with_secrets

APPS = frozenset({"rapport", "tenants", "billing", "ingestion", "agents", "frontend"})
# A doorbell: names of what waits. A task with another argument would carry data.
DOORBELL = frozenset({"subscription", "tenant_id", "keys", "is_suspect"})
NUMBERS = {"usage": [], "tokens": 1, "model": "some-model", "occurred_at": "2026-01-31T12:00:00+00:00"}


def tasks(world: World) -> Iterator[Cell]:
    app.loader.import_default_modules()
    for name, task in sorted(app.tasks.items()):
        if name.startswith("celery."):
            continue
        arguments = inspect.signature(task.run).parameters
        problem = f"carries {set(arguments) - DOORBELL}" if set(arguments) - DOORBELL else ""
        yield Cell("task", name, "everybody: carries no data", problem)
        for subscription in all_subscriptions() if arguments else [None]:
            given = (subscription.name, str(world.other), "one", str(world.id_of("doc"))) if subscription else ()
            subject = f"{name} {subscription.name}" if subscription else name
            work = partial(task.run, *given)  # one that takes no name works for each company, Acme too
            yield Cell("task", subject, "stranger's owner", harm(world, work, is_for_all=not arguments))


def handlers(world: World) -> Iterator[Cell]:
    for subscription in all_subscriptions():
        for kind in sorted(subscription.types):
            event = Event(kind, world.other, str(world.id_of("doc")), payload(world, subscription.handler))
            for what, work in _works(subscription, event):
                yield Cell("handler", f"{subscription.name} {what}", "stranger's owner", harm(world, work))


def _works(subscription: Subscription, event: Event) -> Iterator[tuple[str, Callable[[], None]]]:
    scope = tenant_scope(event.tenant_id)

    def handle() -> None:
        if subscription.is_transactional:
            with scope, transaction.atomic():
                subscription.handler(event)
        else:
            subscription.handler(event)

    def die() -> None:
        with tenant_scope(event.tenant_id), transaction.atomic():
            subscription.on_dead(event, Failure("unavailable", "It did not work.", 8))  # type: ignore[misc]

    yield event.type, handle
    if subscription.on_dead:
        yield f"{event.type} (given up)", die


def payload(world: World, handler: Any) -> dict[str, Any]:
    """Every name that any handler reads of a payload, with Acme's things; and the tenant, which none may believe."""
    files = [*ROOT.glob("*/events.py"), Path(inspect.getsourcefile(inspect.unwrap(handler)) or __file__)]
    names = {name for path in files for name in parameters.names_of(path)}
    found: dict[str, Any] = dict.fromkeys(parameters.TENANTS, str(world.acme))
    for name in names:
        prefix = parameters.prefix_of(name)
        found[name] = str(world.id_of(prefix)) if prefix in world.acmes.ids else NUMBERS.get(name, str(uuid4()))
    found.update({name: str(world.acme) for name in names if "tenant" in name})
    return {**found, "ids": [str(world.id_of("con")), str(world.id_of("doc"))]}


def harm(world: World, work: Callable[[], Any], *, is_for_all: bool = False) -> str:
    """What is wrong after it; "" when nothing is. It may fail: that is an answer, too."""
    before = state_of(world.acme)
    with undone():
        with suppress(RapportError, ValueError, KeyError, TypeError), transaction.atomic():
            work()
        if current_tenant_id() is not None:
            return "leaves a scope open"
        if state_of(world.acme) != before and not is_for_all:
            return "Acme's rows are others afterwards"
        if tables := tables_with_secrets(world.other):
            return f"Acme's words are in the stranger's {', '.join(tables)}"
    return ""


def commands(world: World) -> Iterator[Cell]:
    for name in commands_of_tenants():
        for caller, tenant in (("stranger's owner", world.other), ("unknown tenant", uuid4())):
            yield Cell(
                "command", name, caller, _command_leak(world, name, tenant, is_unknown=caller == "unknown tenant")
            )


def commands_of_tenants() -> list[str]:
    """Those of ours that take a tenant, as their parsers say."""
    ours = {name for name, home in get_commands().items() if isinstance(home, str) and home.split(".")[0] in APPS}
    return sorted(name for name in ours if any("tenant" in each.dest for each in _actions(name)))


def _actions(name: str) -> list[Action]:
    command = load_command_class(get_commands()[name], name)
    return command.create_parser("manage.py", name)._actions


def _command_leak(world: World, name: str, tenant: Any, *, is_unknown: bool) -> str:
    printed = io.StringIO()
    refused: list[str] = []

    def run() -> None:
        try:
            call_command(name, *_words(name, tenant), stdout=printed, stderr=printed)
        except CommandError as error:
            refused.append(str(error))

    problem = harm(world, run)
    text = printed.getvalue() + "".join(refused)
    if has_secret(text):
        return "prints Acme's words"
    if is_unknown and not refused and str(world.acme) in text:
        return "answers for all when the tenant is unknown"
    return problem


def _words(name: str, tenant: Any) -> list[str]:
    """The command line: the tenant, and what else it insists on."""
    words: list[str] = []
    for action in _actions(name):
        if "tenant" in action.dest:
            value = encode(Prefix.TENANT, tenant) if "ten_" in str(action.help) else str(tenant)
            words = [*words, *([f"{action.option_strings[0]}={value}"] if action.option_strings else [value])]
        elif action.required and not action.option_strings:
            words.append(str(next(iter(action.choices))) if action.choices else str(ROOT / "docs" / "quickstart.md"))
    return [*words, "--status"] if any(each.dest == "status" for each in _actions(name)) else words
