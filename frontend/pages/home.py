"""Home: what needs someone, and what happens now, which comes again by itself; beneath it the figures."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_safe

from agents.inbox.selectors import count_waiting
from agents.selectors import ActivityDay, activity_by_day, missed_in
from agents.tools.approvals import list_approvals
from billing.company_budget import get_company_budget, has_company_budget
from frontend.formats import format_number
from frontend.happening_now import happening_now
from frontend.live import live_at
from frontend.page import Visit, page
from frontend.pages.home_figures import DAYS, figures_of
from ingestion.selectors import KnowledgeCounts, count_knowledge
from rapport.events.selectors import count_inbox
from tenants.permissions import Permission
from tenants.selectors import list_widget_keys

WEEK = 7
_NEARLY = 0.8  # of a budget, from which it is told
_MOST_COUNTED = 50


@dataclass(frozen=True, slots=True)
class Need:
    """Something that waits for a person, and where to do it."""

    icon: str
    tone: str
    title: str
    detail: str
    href: str


@require_safe
@page(Permission.USAGE_READ, in_one_scope=True)
def show_home(visit: Visit) -> HttpResponse:
    live, counts = live_at(visit), count_knowledge(tenant_id=visit.tenant_id)
    if not counts.documents and not counts.sources and visit.may(Permission.KNOWLEDGE_WRITE):
        return redirect("welcome")
    context: dict[str, object] = {"section": "home", "days": DAYS}
    if "figures" in visit.request.GET:  # alone, where no script asks for them
        return visit.render("pages/home.html", {**context, "shows_figures": True, **figures_of(visit, counts)})
    week = activity_by_day(tenant_id=visit.tenant_id, days=WEEK)
    return visit.render("pages/home.html", {**context, **live, **_now(visit, counts, week)})


@require_safe
@page(Permission.USAGE_READ, in_one_scope=True)
def show_now(visit: Visit) -> HttpResponse:
    """The moving part of Home, alone. It is asked for often: what was is read from sums."""
    week = activity_by_day(tenant_id=visit.tenant_id, days=WEEK)
    return visit.render("pages/now.html", _now(visit, count_knowledge(tenant_id=visit.tenant_id), week))


def _now(visit: Visit, counts: KnowledgeCounts, week: list[ActivityDay]) -> dict[str, object]:
    return {
        "counts": counts,
        "needs": _needs(visit, counts, week),
        "happenings": happening_now(visit),
        "sees_people": visit.may(Permission.CONVERSATIONS_READ),
    }


def _needs(visit: Visit, counts: KnowledgeCounts, week: list[ActivityDay]) -> list[Need]:
    needs = list(_waiting(visit))
    if counts.failed and visit.may(Permission.KNOWLEDGE_READ):
        title = ngettext(
            "%(number)s document could not be read", "%(number)s documents could not be read", counts.failed
        ) % {"number": format_number(counts.failed)}
        href = f"{reverse('knowledge')}?state=failed"
        needs.append(Need("alert", "bad", title, gettext("Each one says why and what to do."), href))
    sees_people = visit.may(Permission.CONVERSATIONS_READ)
    missed = missed_in(week if sees_people else [])
    if unknown := missed.unknown:
        title = ngettext(
            "%(number)s question of this week had no answer", "%(number)s questions of this week had no answer", unknown
        ) % {"number": format_number(unknown)}
        needs.append(
            Need(
                "question",
                "warn",
                title,
                gettext("Your documents do not say. Add what is missing."),
                reverse("questions"),
            )
        )
    if failed := missed.failed:
        title = ngettext("%(number)s answer of this week failed", "%(number)s answers of this week failed", failed) % {
            "number": format_number(failed)
        }
        needs.append(Need("health", "bad", title, gettext("Look at what is in trouble."), reverse("health")))
    dead = count_inbox(tenant_id=visit.tenant_id)["dead"] if visit.may(Permission.TRACES_READ) else 0
    if dead:
        title = ngettext(
            "%(number)s piece of work failed for good", "%(number)s pieces of work failed for good", dead
        ) % {"number": format_number(dead)}
        needs.append(
            Need("health", "bad", title, gettext("Nothing is lost: look why, and try again."), reverse("health"))
        )
    if visit.may(Permission.AGENTS_WRITE) and not _is_widget_placed(visit):
        needs.append(
            Need(
                "code",
                "info",
                gettext("Your widget has no website yet"),
                gettext("Say where it may be shown, and copy one line of HTML."),
                reverse("widget"),
            )
        )
    return needs


def _waiting(visit: Visit) -> Iterator[Need]:
    """People first, then money."""
    if visit.may(Permission.CONVERSATIONS_READ):
        if waiting := count_waiting(tenant_id=visit.tenant_id):
            title = ngettext(
                "%(number)s customer waits for a person", "%(number)s customers wait for a person", waiting
            ) % {"number": format_number(waiting)}
            yield Need("chat", "bad", title, gettext("The agent has handed over."), reverse("inbox"))
        asked = len(list_approvals(tenant_id=visit.tenant_id, state="waiting", limit=_MOST_COUNTED))
        if asked:
            title = ngettext(
                "%(number)s call of a tool waits for your word", "%(number)s calls of tools wait for your word", asked
            )
            if asked == _MOST_COUNTED:
                title = gettext("%(number)s or more calls of tools wait for your word")
            title %= {"number": format_number(asked)}
            yield Need(
                "check", "warn", title, gettext("Agree or refuse; the answer goes on after that."), reverse("approvals")
            )
    if not has_company_budget(tenant_id=visit.tenant_id):
        return
    budget = get_company_budget(tenant_id=visit.tenant_id)
    if budget.limit and budget.spent >= _NEARLY * budget.limit:
        is_over = budget.spent >= budget.limit
        title = gettext("This month's budget is spent") if is_over else gettext("Most of this month's budget is spent")
        detail = (
            gettext("Agents answer again when it is raised.")
            if is_over
            else gettext("When it is spent, agents stop answering.")
        )
        yield Need("coin", "bad" if is_over else "warn", title, detail, reverse("prices"))


def _is_widget_placed(visit: Visit) -> bool:
    return any(key.allowed_origins for key in list_widget_keys(visit.tenant_id))
