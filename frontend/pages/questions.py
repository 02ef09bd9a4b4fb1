"""Questions that nobody could answer, those that mean the same together, each with a way to add the answer."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from agents.feedback.unanswered import UnansweredGroup, list_unanswered
from frontend.page import Visit, page
from tenants.permissions import Permission

PERIODS = (7, 30, 90)
MOST_GROUPS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """`share`: of the largest group, in percent."""

    group: UnansweredGroup
    share: float


@require_safe
@page(Permission.CONVERSATIONS_READ)
def show_questions(visit: Visit) -> HttpResponse:
    asked = visit.request.GET.get("days", "")
    days = int(asked) if asked in {str(each) for each in PERIODS} else 30
    found = list_unanswered(tenant_id=visit.tenant_id, days=days)
    most = max((len(each.questions) for each in found.groups), default=1)
    lines = [Line(each, 100 * len(each.questions) / most) for each in found.groups[:MOST_GROUPS]]
    context = {
        "section": "questions",
        "days": days,
        "periods": PERIODS,
        "found": found,
        "lines": lines,
        "left_out": len(found.groups) - len(lines),
    }
    return visit.render("pages/questions.html", context)
