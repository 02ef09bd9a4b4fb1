"""One tenant's move to another model, from beginning to end."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F, Max

from ingestion.embedding.state import Held, read_answering
from ingestion.models import Chunk, DocumentState
from ingestion.pipeline.row_vectors import has_vector_of
from ingestion.pipeline.stores import Stores
from ingestion.projections.reconcile import OF_STORE, compare
from ingestion.projections.steps import Task
from ingestion.reembedding.claim import begin, switch
from ingestion.reembedding.errors import PassageTooLong, ReembeddingUnverified
from ingestion.reembedding.filling import Advance, Filler
from tenants.context import tenant_scope

COMPARISONS = 12  # what is written or removed meanwhile differs for a moment, too
TRIES_BEFORE_SETTLING = 3
TRIES = 50


@dataclass(frozen=True, slots=True)
class Moved:
    """`is_new`: the model did not answer before. `searched`: passages that searched for themselves, and were found."""

    is_new: bool
    passages: int
    embedded: int
    searched: int


def reembed(tenant_id: UUID, model: Held, stores: Stores, *, on_progress: Callable[[Advance], None]) -> Moved:
    """Make this model answer for the tenant. `stores` are the installation's.

    Raises ReembeddingRuns, PassageTooLong, ReembeddingUnverified and what the embedder and the store raise; whatever it
    raises, the model that answered goes on answering, and another call goes on where this one stopped.
    """
    default = stores.embedder.model
    before = read_answering(tenant_id, default).model
    passages, lacking, longest = _survey(tenant_id, model.key)
    if before == model and not lacking:
        return Moved(False, passages, 0, 0)
    target = stores.by(model)
    _refuse_long(longest if lacking else 0, target)
    claim = begin(tenant_id, model, default, total=passages)
    filler = Filler(claim, target, passages, on_progress)
    filler.fill_all()
    searched = _verify(tenant_id, target)
    _switch(filler)
    return Moved(before != model, filler.done, filler.embedded, searched)


def _survey(tenant_id: UUID, model_key: str) -> tuple[int, int, int]:
    """Passages that answer, those without a vector of this model, and the tokens of the longest."""
    with tenant_scope(tenant_id):
        rows = Chunk.objects.filter(document__current_version_id=F("version_id"))
        rows = rows.exclude(document__state=DocumentState.DELETING)
        longest: int = rows.aggregate(longest=Max("token_count"))["longest"] or 0
        return rows.count(), rows.exclude(has_vector_of(model_key)).count(), longest


def _refuse_long(longest: int, target: Stores) -> None:
    model = target.embedder.model
    if longest > model.max_tokens > 0:
        raise PassageTooLong(
            f"There are passages of {longest} tokens, {model.key} reads {model.max_tokens}. Choose one that reads more."
        )


def _verify(tenant_id: UUID, target: Stores) -> int:
    """Compare ids and let passages search for themselves until nothing differs; returns how many searched."""
    for _ in range(COMPARISONS):
        tally = compare(Task(tenant_id, target, mends=True), OF_STORE["vectors"])
        if not tally.found:
            return tally.checked["searches"]
    raise ReembeddingUnverified(
        f"The collection of {target.embedder.model.key} differs from the database again and again. Look at the vector "
        "store's log; the model that answered before goes on answering."
    )


def _switch(filler: Filler) -> None:
    """What began to answer since is brought over first; when that does not end, new versions wait for some seconds."""
    for tries in range(TRIES):
        missing = switch(filler.claim, filler.filled)
        if not missing:
            return
        filler.settles = tries + 1 >= TRIES_BEFORE_SETTLING
        filler.fill_versions(missing)
    raise ReembeddingUnverified("Documents change faster than they can be brought over. Try again at a quieter time.")
