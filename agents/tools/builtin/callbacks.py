"""Booking a callback: someone of the company is to ring the contact."""

from datetime import datetime

from django.utils import timezone

from agents.tools.builtin.shape import BuiltIn, a_text, an_object
from agents.tools.port import Done, Failed, Json, Outcome, Policy, ToolContext
from agents.tools.requests import file_request


class BookCallback(BuiltIn):
    name = "book_callback"
    description = "Books a call back by a person of the company, at a number that the customer gave."
    parameters = an_object(
        ("phone", "subject"),
        phone=a_text("The number as the customer wrote it.", most=40, pattern=r"^[+()\d][\d\s()./-]{4,}$"),
        subject=a_text("What the call is about, in one line.", most=200),
        at=a_text(
            "When, in ISO 8601 with the offset; leave it out for as soon as possible.", most=40, format="date-time"
        ),
    )
    policy = Policy(effect="write", consent="confirm", is_idempotent=True)

    def run(self, context: ToolContext, arguments: Json) -> Outcome:
        wanted_at = None
        if arguments.get("at"):
            try:
                wanted_at = datetime.fromisoformat(arguments["at"])
            except ValueError:
                return Failed("invalid_time", "The time is no ISO 8601: write it like 2026-01-31T14:00:00+01:00.")
            wanted_at = wanted_at if wanted_at.tzinfo else timezone.make_aware(wanted_at)
            if wanted_at < timezone.now():
                return Failed("time_is_past", "That time is past. Ask the customer for another one.")
        public_id = file_request(
            context, kind="callback", subject=arguments["subject"], phone=arguments["phone"], wanted_at=wanted_at
        )
        return Done({"callback": public_id, "at": arguments.get("at", "as soon as possible")})
