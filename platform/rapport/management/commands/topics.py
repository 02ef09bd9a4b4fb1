"""`manage.py topics`: the event topics that the apps declare, made on the bus and compared with what is there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rapport.config import get_config
from rapport.errors import RapportError
from rapport.events.bus import TopicState
from rapport.events.registry import open_bus
from rapport.events.topics import all_topics


class Command(BaseCommand):
    help = "Create missing topics, add missing partitions, set how long records are kept; then show them all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail when something is not as declared"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        bus = open_bus()
        try:
            if not options["check"]:
                bus.prepare(all_topics())
                bus.set_retention(all_topics())
            states = bus.describe(all_topics())
        except RapportError as error:
            raise CommandError(error.message) from None
        finally:
            bus.close()
        self._show(states)
        if any(problem(state) for state in states):
            raise CommandError(
                "EVENTS_URL: not everything is as declared. `manage.py topics` without --check mends it."
            )

    def _show(self, states: list[TopicState]) -> None:
        rows = [("topic", "declared", "partitions", "kept for", "problem")]
        rows += [
            (
                each.name,
                str(each.declared),
                str(each.partitions),
                _shown_hours(each.longest_hours),
                problem(each) or "-",
            )
            for each in states
        ]
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
        for row in rows:
            self.stdout.write("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


def problem(state: TopicState) -> str:
    """What is not as declared, as half a sentence; empty when all is well. More partitions than declared are well."""
    if not state.partitions:
        return "missing"
    if state.partitions < state.declared:
        return f"{state.declared - state.partitions} partitions too few"
    limit = get_config().event_retention_hours
    if state.longest_hours is not None and state.longest_hours > limit:
        return f"keeps records longer than the inbox remembers them ({limit} hours)"
    return ""


def _shown_hours(hours: float | None) -> str:
    if hours is None:
        return f"{get_config().event_retention_hours} h"
    return "for ever" if hours == float("inf") else f"{hours:.0f} h"
