"""`manage.py redact_audit`: take out of a tenant's audit log what rows tell, keeping that something was done."""

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import CommandError

from rapport.errors import RapportError
from rapport.ids import Prefix, decode
from rapport.maintenance import MaintenanceCommand
from tenants.audit_redaction import redact_audit


class Command(MaintenanceCommand):
    help = "Rows that match all of what is given keep their action and time, and lose the rest. It cannot be undone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("tenant", help="ten_…")
        parser.add_argument("--subject", action="append", default=[], help="a public id; may be repeated")
        parser.add_argument("--actor", action="append", default=[], help="user:usr_…; may be repeated")
        parser.add_argument("--until", type=_moment, help="only rows before: 2026-01-31 (UTC if unsaid)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = redact_audit(
                tenant_id=decode(Prefix.TENANT, options["tenant"]),
                subjects=options["subject"],
                actors=options["actor"],
                until=options["until"],
            )
        except RapportError as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{count} redacted.")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
