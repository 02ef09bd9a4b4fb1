"""A turn under way while some of what the contact had said was erased: it may have read that, and writes nothing of it.

It is answered anew from what is left; one whose tools did something already is not, because they would do it again.
"""

from django.utils import timezone

from agents.activity.marking import mark_turn
from agents.errors import ContextErased
from agents.memory.losing import lose_sources
from agents.models import (
    Episode,
    FactSource,
    ServiceRequest,
    ToolApproval,
    ToolOverflow,
    ToolRun,
    Turn,
    TurnState,
)
from tenants.actors import SYSTEM
from tenants.privacy.suppression import Standing

CODE = ContextErased.code


def is_cut(turn: Turn, now: Standing) -> bool:
    """Something was erased since it was asked: an earlier attempt may have read it."""
    return now.cut_at is not None and now.cut_at >= turn.created_at


def give_up_cut(turn: Turn) -> bool:
    """In the open scope and transaction, with the turn held: end it, and keep nothing of what its tools were given and
    told. False when no tool was called: then it may begin anew."""
    runs = list(ToolRun.objects.filter(turn=turn).values_list("id", flat=True))
    if not runs:
        return False
    ToolOverflow.objects.filter(run_id__in=runs).delete()
    ToolApproval.objects.filter(run_id__in=runs).delete()
    ToolRun.objects.filter(id__in=runs).update(arguments="{}", said="", result="", error_code=CODE)
    lose_sources(FactSource.objects.filter(run_id__in=runs), SYSTEM)
    Episode.objects.filter(run_id__in=runs).delete()
    ServiceRequest.objects.filter(run_id__in=runs).update(subject="(erased)", text="", phone="")
    turn.state, turn.error_code, turn.finished_at = TurnState.FAILED, CODE, timezone.now()
    turn.save(update_fields=["state", "error_code", "finished_at"])
    mark_turn(turn)
    return True
