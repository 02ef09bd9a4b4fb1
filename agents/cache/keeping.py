"""What is written of a look-up, in the turn's own transaction: the answer for the next time, and what the check said.

Only first questions of a conversation that are nobody's own get here, and only grounded answers from documents are
kept: see `agents.runtime`. It must not decide what may be given: `agents.cache.looking` does.
"""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from agents.cache.evidence import note_check
from agents.cache.looking import KEPT, LOOKING, LookedUp
from agents.cache.sameness import say_the_same
from agents.cache.words import word_vector
from agents.models import CachedAnswer, CacheLookup
from agents.models.cache import Found, Verdict
from agents.selectors.conversations import CitationView
from billing.usage import UsageFact
from rapport.ids import new_id
from tenants.context import tenant_scope

MOST_KEPT = 50_000  # of a tenant; past it nothing is added until the night has made room
LOOKUPS_KEPT = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Given:
    """The turn's answer. `is_kept`: it may be given to others; `is_comparable` False: a search was not whole, so that
    its answer says nothing of what was kept."""

    turn_id: UUID
    text: str
    citations: tuple[CitationView, ...]
    grounding: float | None
    usage: list[UsageFact]
    is_kept: bool = False
    is_comparable: bool = True


def note_lookup(looked: LookedUp, given: Given) -> Verdict:
    """In the open scope and transaction."""
    verdict = _verdict(looked, given)
    known = looked.known
    row = CacheLookup(
        turn_id=given.turn_id,
        agent_id=looked.agent_id,
        found=looked.found,
        is_served=looked.is_served,
        cached_id=known.id if known else None,
        cached_turn_id=known.turn_id if known else None,
        confidence=looked.confidence,
        verdict=verdict,
        saved_micros=known.saved_micros if known else 0,
        currency=known.currency if known else "USD",
    )
    CacheLookup.objects.bulk_create([row], ignore_conflicts=True)
    if verdict is not Verdict.OPEN:
        note_check(looked.agent_id, looked.basis, is_false=verdict is Verdict.DIFFERENT)
    if given.is_kept and not looked.is_served:
        keep_answer(looked, given)
    return verdict


def _verdict(looked: LookedUp, given: Given) -> Verdict:
    if looked.found != Found.LIKE or looked.is_served or not given.is_comparable or looked.known is None:
        return Verdict.OPEN
    is_same = say_the_same(given.text, given.citations, looked.known.text, looked.known.citations)
    return Verdict.SAME if is_same else Verdict.DIFFERENT


def keep_answer(looked: LookedUp, given: Given) -> None:
    """An answer that is there already stays."""
    if CachedAnswer.objects.count() >= MOST_KEPT:
        return
    embedded = looked.embedded
    documents = sorted({each.document_id.hex for each in given.citations if each.document_id})
    row = CachedAnswer(
        key=looked.key,
        partition=looked.partition,
        turn_id=given.turn_id,
        agent_id=looked.agent_id,
        question=looked.question,
        text=given.text,
        citations=[each.to_stored() for each in given.citations],
        documents=f" {' '.join(documents)} ",
        grounding=given.grounding,
        usage=[fact.to_json() for fact in given.usage if fact.step != LOOKING],
    )
    if embedded is not None:
        row.meaning = embedded.vector.astype("float16").tobytes()
        row.words = word_vector(looked.question).astype("float16").tobytes()
        row.answer_id = _same_answer(looked, given) or new_id()
    CachedAnswer.objects.bulk_create([row], ignore_conflicts=True)


def _same_answer(looked: LookedUp, given: Given) -> UUID | None:
    """That of a near way of asking whose answer says the same."""
    rows = {row.id: row for row in CachedAnswer.objects.filter(id__in=looked.nearest).defer("meaning", "words")}
    for row in (rows[each] for each in looked.nearest if each in rows):
        citations = [CitationView.from_stored(each) for each in row.citations]
        if say_the_same(given.text, given.citations, row.text, citations):
            return row.answer_id
    return None


def forget_document(document_id: UUID) -> int:
    """In the open scope: answers that cite it. Returns how many."""
    return CachedAnswer.objects.filter(documents__contains=f" {document_id.hex} ").delete()[0]


def prune_answers(*, tenant_id: UUID) -> int:
    """Remove what is too old to be found. Returns how many."""
    now = timezone.now()
    with tenant_scope(tenant_id):
        CacheLookup.objects.filter(created_at__lte=now - LOOKUPS_KEPT).delete()
        return CachedAnswer.objects.filter(created_at__lte=now - KEPT).delete()[0]
