"""`manage.py replay`: handle events again that failed for good, or take a stretch of the log in once more."""

from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.management.base import CommandError

from rapport.errors import RapportError
from rapport.events.bus import EventBus, Partition
from rapport.events.dispatch import wake_dispatch
from rapport.events.inbox import replay_events
from rapport.events.log_replay import replay_log
from rapport.events.models import InboxState
from rapport.events.registry import get_bus
from rapport.events.topics import find_subscription, subscribed_topics
from rapport.maintenance import MaintenanceCommand


class Command(MaintenanceCommand):
    help = (
        "Without --since and --from-offset: set inbox rows back to waiting, in their order; at least one filter must "
        "be given. With one of them: read the log from there to its end and insert the rows that the inbox lacks; rows "
        "that it has are handled once more only with --again. Handlers are idempotent: the end state is the same."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--id", type=int, action="append", dest="ids", help="a row's number; may be repeated")
        parser.add_argument("--subscription", help="only rows of this subscription")
        parser.add_argument("--tenant", type=UUID, help="only rows of this tenant (its UUID)")
        parser.add_argument(
            "--state", action="append", dest="states", choices=["dead", "done", "dropped"], help="default: dead"
        )
        parser.add_argument(
            "--since",
            type=_moment,
            help="from the log, what was appended since: 2026-11-25T18:00:00+00:00 (UTC if unsaid)",
        )
        parser.add_argument(
            "--from-offset",
            type=_position,
            action="append",
            metavar="TOPIC:PARTITION:OFFSET",
            help="from the log, one partition from this offset; may be repeated",
        )
        parser.add_argument("--again", action="store_true", help="from the log: handle once more what is done or dead")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["since"] or options["from_offset"]:
            self._replay_log(options)
        else:
            self._replay_rows(options)
        wake_dispatch()

    def _replay_rows(self, options: Mapping[str, Any]) -> None:
        states = [InboxState(state) for state in options["states"] or ["dead"]]
        try:
            count = replay_events(
                ids=options["ids"], subscription=options["subscription"], tenant_id=options["tenant"], states=states
            )
        except ValueError:
            raise CommandError("Say which rows: --id, --subscription or --tenant; or --since, --from-offset.") from None
        self.stdout.write(f"{count} to be handled again.")

    def _replay_log(self, options: Mapping[str, Any]) -> None:
        if options["ids"] or options["states"]:
            raise CommandError(
                "--id and --state choose rows of the inbox; they do not go with --since or --from-offset."
            )
        subscription = options["subscription"]
        if subscription and not find_subscription(subscription):
            raise CommandError(f"There is no subscription {subscription!r}.")
        try:
            bus = get_bus()
            done = replay_log(
                bus,
                _start(bus, options),
                again=options["again"],
                subscription=subscription,
                tenant_id=options["tenant"],
            )
        except RapportError as error:
            raise CommandError(error.message) from None
        self.stdout.write(
            f"{done.read} read, {done.inserted} were missing, {done.again} to be handled again, "
            f"{done.unreadable} could not be read."
        )


def _start(bus: EventBus, options: Mapping[str, Any]) -> dict[Partition, int]:
    """What is named by offset goes before what is found by time."""
    subscription = find_subscription(options["subscription"] or "")
    topics = [subscription.topic] if subscription else subscribed_topics()
    since = bus.offsets_since(topics, options["since"]) if options["since"] else {}
    return since | dict(options["from_offset"] or [])


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no time such as 2026-11-25T18:00:00+00:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _position(text: str) -> tuple[Partition, int]:
    topic, _, numbers = text.partition(":")
    partition, _, offset = numbers.partition(":")
    if not (topic and partition.isdecimal() and offset.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is no position such as ingestion.documents:3:1200")
    return Partition(topic, int(partition)), int(offset)
