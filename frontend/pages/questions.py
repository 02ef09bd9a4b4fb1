"""Questions that nobody could answer, those that mean the same together, each with a way to add the answer."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from agents.feedback.unanswered import UnansweredGroup, list_unanswered
from frontend.page import Visit, page
from tenants.permissions import Permission

PERIODS = (7, 30, 90)
PAGE = 20  # groups


@dataclass(frozen=True, slots=True)
class Line:
    """`share`: of the largest group, in percent."""

    group: UnansweredGroup
    share: float


@require_safe
@page(Permission.CONVERSATIONS_READ, in_one_scope=True)
def show_questions(visit: Visit) -> HttpResponse:
    asked = visit.request.GET.get("days", "")
    days = int(asked) if asked in {str(each) for each in PERIODS} else 30
    found = list_unanswered(tenant_id=visit.tenant_id, days=days)
    most = max((len(each.questions) for each in found.groups), default=1)
    asked_after = _number(visit.request.GET.get("after", ""))
    after = asked_after if asked_after < len(found.groups) else 0
    lines = [Line(each, 100 * len(each.questions) / most) for each in found.groups[after : after + PAGE]]
    context = {
        "section": "questions",
        "days": days,
        "periods": PERIODS,
        "found": found,
        "lines": lines,
        "before": max(after - PAGE, 0) if after else None,
        "after": after + PAGE if after + PAGE < len(found.groups) else None,
    }
    return visit.render("pages/questions.html", context)


def _number(text: str) -> int:
    """How many groups stand before the page; they are few hundred at most."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
