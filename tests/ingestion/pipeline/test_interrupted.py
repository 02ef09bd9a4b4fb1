"""Killed at any step and run again, a version becomes ready exactly once, and nothing is embedded twice."""

from collections.abc import Callable
from typing import Any

import pytest

from ingestion.embedding.errors import EmbeddingUnavailable
from ingestion.models import DocumentVersion
from ingestion.pipeline import passages, run
from ingestion.pipeline.run import Submitted, ingest_versions
from ingestion.services import SubmittedDocument
from ingestion.topics import EMBEDDED
from rapport.events.inline import deliver_now
from rapport.events.models import InboxEvent, OutboxEvent
from tenants.context import tenant_scope
from tests.ingestion.knowledge import Knowledge

pytestmark = pytest.mark.django_db

OLD = "# Hours\n\n" + "\n\n".join(
    f"## Day {n}\n\n" + f"On day {n} the shop opens at {n} o'clock. " * 9 for n in range(3)
)
NEW = OLD.replace("shop", "store")


class Killed(BaseException):
    """What no handler catches, like the end of the process."""


def kill_at(step: str, monkeypatch: pytest.MonkeyPatch, *, after: bool) -> None:
    """The next call of this step dies, before or after it did its work; later calls go through."""
    real: Callable[..., Any] = getattr(run, step)
    calls: list[int] = []

    def dying(*args: Any, **kwargs: Any) -> Any:
        if calls:
            return real(*args, **kwargs)
        calls.append(1)
        if after:
            real(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(run, step, dying)


def ingest(acme: Knowledge, submitted: SubmittedDocument) -> None:
    outcomes = ingest_versions(
        tenant_id=acme.tenant_id,
        submitted=[Submitted(submitted.document_id, submitted.version_id)],
        stores=acme.stores,
    )
    assert outcomes == [None]


STEPS = ["parse_all_limited", "chunk_document", "save_passages", "project", "verify", "finish", "remove_other_versions"]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("step", STEPS)
def test_a_new_version_survives_a_kill(
    step: str, after: bool, acme: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = acme.ingest("hours.md", OLD)
    acme.embedder.embedded.clear()
    submitted = acme.submit("hours.md", NEW)
    kill_at(step, monkeypatch, after=after)
    with pytest.raises(Killed):
        ingest(acme, submitted)
    ingest(acme, submitted)
    acme.check_whole(document.id)
    assert len(acme.embedder.embedded) == len(set(acme.embedder.embedded)) == acme.document(document.id).chunks
    deliver_now()
    acme.check_whole(document.id)
    assert _told(submitted) == 1


def _told(submitted: SubmittedDocument) -> int:
    """How often the version's usage was told."""
    events = [event.payload for event in OutboxEvent.objects.all()]
    return sum(e["type"] == EMBEDDED and e["data"]["version_id"] == str(submitted.version_id) for e in events)


def test_batches_that_were_saved_are_not_embedded_again(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "_BATCH", 2)
    submitted = acme.submit("hours.md", OLD)
    embed, calls = acme.embedder.embed, []

    def dying(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise Killed
        return embed(*args, **kwargs)

    monkeypatch.setattr(acme.embedder, "embed", dying)
    with pytest.raises(Killed):
        ingest(acme, submitted)
    assert len(acme.embedder.embedded) == 2
    ingest(acme, submitted)
    acme.check_whole(submitted.document_id)
    document = acme.document(submitted.document_id)
    assert len(acme.embedder.embedded) == document.chunks == document.embedded
    with tenant_scope(acme.tenant_id):
        version = DocumentVersion.objects.get(id=submitted.version_id)
    assert version.embedded_tokens == version.token_count


def test_an_embedder_that_is_away_is_waited_for(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    embed = acme.embedder.embed

    def away(*args: Any, **kwargs: Any) -> Any:
        raise EmbeddingUnavailable("The embedder is away.")

    monkeypatch.setattr(acme.embedder, "embed", away)
    document = acme.ingest("hours.md", OLD)
    assert (document.state, document.error_code) == ("queued", EmbeddingUnavailable.code)
    monkeypatch.setattr(acme.embedder, "embed", embed)
    InboxEvent.objects.update(next_attempt_at=None)
    _make_due()
    deliver_now()
    acme.check_whole(document.id)


def _make_due() -> None:
    from django.utils import timezone

    from rapport.events.models import KeyLease

    KeyLease.objects.update(ready_at=timezone.now())


def test_a_document_that_never_succeeds_fails_in_the_end(acme: Knowledge, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any, **kwargs: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(run, "build_graph", broken)
    document = acme.ingest("hours.md", OLD)
    assert (document.state, document.error_code) == ("queued", "internal_error")
    for _ in range(10):
        InboxEvent.objects.update(next_attempt_at=None)
        _make_due()
        deliver_now()
    document = acme.document(document.id)
    assert (document.state, document.stage, document.error_code) == ("failed", "failed", "internal_error")
