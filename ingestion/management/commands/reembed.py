"""`manage.py reembed`: move companies to another embedding model while answers go on; look at it; end it."""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from ingestion.embedding.state import Held
from ingestion.management.tenants import chosen_tenants
from ingestion.pipeline.stores import Stores, get_stores
from ingestion.reembedding.dropping import drop_collections, drop_old
from ingestion.reembedding.filling import Advance
from ingestion.reembedding.models import choose_model
from ingestion.reembedding.report import EmbeddingView, view_embedding
from ingestion.reembedding.run import Moved, reembed
from rapport.errors import RapportError
from tenants.selectors import get_tenant

_SECONDS_BETWEEN_LINES = 10.0


class Command(BaseCommand):
    help = (
        "Compute every passage's vector anew by another model, in a collection beside the present one, which goes on "
        "answering until the new one is whole; then the new one answers, at once and in every process. Stopped, it "
        "goes on where it was. The way back is the same command with --to and the old model, until --drop-old."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--tenant", help="only this tenant (its slug or UUID)")
        parser.add_argument("--to", metavar="MODEL", help="the model's key; without it that of EMBEDDINGS_URL")
        does = parser.add_mutually_exclusive_group()
        does.add_argument("--status", action="store_true", help="only say which model answers and how far a move is")
        does.add_argument(
            "--drop-old", action="store_true", help="remove what other models than the answering one still hold"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        tenants = chosen_tenants(options["tenant"])
        if options["status"]:
            self._show(tenants)
            return
        try:
            stores = get_stores()
            if options["drop_old"]:
                self._drop(tenants, stores)
            else:
                self._move(tenants, choose_model(options["to"]), stores)
        except RapportError as error:
            raise CommandError(f"{error.message} Run it again: it goes on where it was.") from None

    def _move(self, tenants: list[UUID], model: Held, stores: Stores) -> None:
        for tenant_id, title in _titled(tenants):
            progress = _Progress(self, title)
            try:
                moved = reembed(tenant_id, model, stores, on_progress=progress.show)
            finally:
                progress.clear()
            self.stdout.write(f"{title}: {_outcome(moved, model, progress.seconds)}")
        self.stdout.write("What another model held stays, for going back, until `manage.py reembed --drop-old`.")

    def _drop(self, tenants: list[UUID], stores: Stores) -> None:
        for tenant_id, title in _titled(tenants):
            names = ", ".join(each.key for each in drop_old(tenant_id, stores)) or "nothing"
            self.stdout.write(f"{title}: {names} removed.")
        drop_collections(stores, on_drop=lambda key: self.stdout.write(f"No company uses {key}: it is dropped."))

    def _show(self, tenants: list[UUID]) -> None:
        for tenant_id, title in _titled(tenants):
            self.stdout.write(f"{title}: {_status(view_embedding(tenant_id=tenant_id))}")


def _titled(tenants: list[UUID]) -> Iterator[tuple[UUID, str]]:
    for number, tenant_id in enumerate(tenants, start=1):
        yield tenant_id, f"{get_tenant(tenant_id).slug} ({number} of {len(tenants)})"


class _Progress:
    """A bar where someone looks on, else a line now and then."""

    def __init__(self, command: Command, title: str) -> None:
        self._command = command
        self._title = title
        self._started = self._told = time.monotonic()
        self._first: tuple[float, int] | None = None  # when the first batch was computed, and its size

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def show(self, advance: Advance) -> None:
        now = time.monotonic()
        if advance.embedded and self._first is None:
            self._first = (now, advance.embedded)
        line = f"{_bar(advance)}, {self._pace(advance, now)}{self._title}"
        if sys.stdout.isatty():
            self._command.stdout.write(f"\r\x1b[K{line}", ending="")
            self._command.stdout.flush()
        elif now - self._told > _SECONDS_BETWEEN_LINES:
            self._told = now
            self._command.stdout.write(line)

    def _pace(self, advance: Advance, now: float) -> str:
        if self._first is None or now <= self._first[0]:
            return ""
        rate = (advance.embedded - self._first[1]) / (now - self._first[0])
        left = f"{(advance.total - advance.done) / rate:,.0f} s left, " if rate else ""
        return f"{rate:,.1f} a second, {left}"

    def clear(self) -> None:
        if sys.stdout.isatty():
            self._command.stdout.write("\r\x1b[K", ending="")


def _bar(advance: Advance) -> str:
    share = advance.done / advance.total if advance.total else 1.0
    return f"{'█' * round(share * 24):░<24} {advance.done:,} of {advance.total:,} passages"


def _outcome(moved: Moved, model: Held, seconds: float) -> str:
    if not moved.is_new and not moved.embedded:
        return f"{model.key} answers already, {moved.passages:,} passages."
    return (
        f"{model.key} answers. {moved.passages:,} passages, {moved.embedded:,} of them computed, {moved.searched:,} "
        f"searched for themselves, in {seconds:.1f} s."
    )


def _status(view: EmbeddingView | None) -> str:
    if view is None:
        return "nothing yet."
    said = f"{view.model} answers"
    if view.next_model:
        state = "is under way" if view.is_running else "was stopped; run `manage.py reembed` again"
        left = f", {view.seconds_left:,.0f} s left" if view.seconds_left is not None and view.is_running else ""
        said += (
            f"; the move to {view.next_model} {state}: {view.done:,} of {view.total:,} passages ({view.percent} %), "
            f"{view.per_second:,.1f} a second{left}"
        )
    return said + (f"; kept for going back: {', '.join(view.kept)}." if view.kept else ".")
