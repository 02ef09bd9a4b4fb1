"""`manage.py verify_receipt FILE`: was this receipt of an erasure or a deletion signed here, and is it unchanged?"""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from rapport.errors import RapportError
from tenants.privacy.receipts import Finding, verify

_WORDS = {
    Finding.CHANGED: "The signature does not fit: the receipt was changed, or the file is not whole.",
    Finding.UNKNOWN_SIGNER: (
        "The receipt is unchanged, but it was signed by no key of this installation. Was SECRET_KEY another one then? "
        "Add it to SECRET_KEY_FALLBACKS."
    ),
}


class Command(BaseCommand):
    help = "Check the signature of a receipt (JSON, as it was downloaded). Fails when it is not ours or was changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="the receipt; - reads standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        receipt = _read(options["file"])
        try:
            finding = verify(receipt)
        except RapportError as error:
            raise CommandError(error.message) from None
        if finding is not Finding.OURS:
            raise CommandError(_WORDS[finding])
        left = sum(each["after"] for each in receipt["stores"])
        self.stdout.write(
            f"Signed here and unchanged: {receipt.get('id') or receipt['company']}, {receipt['finished_at']}, "
            f"{len(receipt['stores'])} stores, {receipt['erased']} erased, {left} left."
        )


def _read(name: str) -> dict[str, Any]:
    try:
        found = json.loads(sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CommandError(f"This file cannot be read as JSON: {error}") from None
    if not isinstance(found, dict):
        raise CommandError("This is no receipt: give the whole JSON as it was downloaded.")
    return found
