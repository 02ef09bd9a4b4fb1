"""The one door to a page of the dashboard: who is asking, for which company, and may they.

`@page(Permission.…)` signs people in, shows times in their company's zone, and turns typed errors into pages. A view
gets a `Visit` and never looks at sessions or memberships itself. It opens no scope: selectors and services open theirs.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from billing.price import COSTS_IN
from frontend.confirming import confirm_address, signed_in_lately
from rapport import logs
from rapport.errors import NotFound, PermissionDenied, RapportError
from rapport.ids import Prefix, decode
from tenants.actors import Actor, user_actor
from tenants.context import tenant_scope
from tenants.permissions import Permission, is_granted
from tenants.selectors import MembershipView, TenantView, knowing
from tenants.web import current_membership

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate["Visit", Arguments], HttpResponseBase]

log = logs.get_logger(__name__)


class ConfirmFirst(Exception):
    """What was asked for must not be done from a browser that someone left open."""

    def __init__(self, back: str) -> None:
        super().__init__(back)
        self.back = back


@dataclass(frozen=True, slots=True)
class Visit:
    """One request by a member of a company."""

    request: HttpRequest
    membership: MembershipView

    @property
    def tenant(self) -> TenantView:
        return self.membership.tenant

    @property
    def tenant_id(self) -> UUID:
        return self.membership.tenant.id

    @property
    def actor(self) -> Actor:
        return user_actor(signed_in_id(self.request))

    def may(self, permission: Permission) -> bool:
        return is_granted(self.membership.role, permission)

    def require(self, permission: Permission) -> None:
        """Raises PermissionDenied, which becomes a page that says whom to ask."""
        if not self.may(permission):
            raise PermissionDenied(
                gettext(
                    "Your role in this company does not allow that. Ask the owner of the company to do it, "
                    "or to change it."
                )
            )

    def confirm_first(self, back: str, *arguments: str) -> None:
        """Go on when the person showed lately that it is they; else they do so now, and come back to the page `back`.
        Asked for before keys, export, deletion, how people sign in, and who owns the company."""
        if not signed_in_lately(self.request):
            raise ConfirmFirst(reverse(back, args=arguments))

    def render(self, template: str, context: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
        can_write = {
            "can_write_knowledge": self.may(Permission.KNOWLEDGE_WRITE),
            "can_write_agents": self.may(Permission.AGENTS_WRITE),
            "can_write_settings": self.may(Permission.SETTINGS_WRITE),
        }
        whole = {"visit": self, "currency": COSTS_IN, **can_write, **(context or {})}
        return render(self.request, template, whole, status=status)


def signed_in_id(request: HttpRequest) -> UUID:
    """The signed-in person's id; views are reached by signed-in people only."""
    return cast(UUID, request.user.pk)


def page(
    permission: Permission, *, in_one_scope: bool = False
) -> Callable[[View[Arguments]], Callable[..., HttpResponseBase]]:
    """Decorate a view that takes a Visit: strangers sign in first, roles without `permission` get a 403 page.

    `in_one_scope`: looking at it asks nobody but the database, so all that it reads is read in one scope: on PostgreSQL
    each opens and ends a transaction, which is two trips to the server of three where little is asked for."""

    def decorate(view: View[Arguments]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            membership = current_membership(request)
            if membership is None:
                return redirect("name_company")
            return _run(view, Visit(request, membership), permission, in_one_scope, *args, **kwargs)

        return wrapped

    return decorate


def _run(
    view: View[Arguments],
    visit: Visit,
    permission: Permission,
    in_one_scope: bool,
    *args: Arguments.args,
    **kwargs: Arguments.kwargs,
) -> HttpResponseBase:
    only_reads = visit.request.method in ("GET", "HEAD")
    with (
        timezone.override(ZoneInfo(visit.tenant.time_zone)),
        knowing(visit.tenant if only_reads else None),
        tenant_scope(visit.tenant_id) if in_one_scope and only_reads else nullcontext(),
    ):
        try:
            visit.require(permission)
            return view(visit, *args, **kwargs)
        except ConfirmFirst as asked:
            return redirect(confirm_address(asked.back))
        except NotFound as error:
            raise Http404(error.message) from error
        except RapportError as error:
            log.info("page_refused", code=error.code, path=visit.request.path)
            return visit.render("errors/refused.html", {"error": error}, status=error.status)


def asked_id(prefix: Prefix, text: str) -> UUID:
    """The id in an address. Raises NotFound (a 404 page) when it is none of this kind."""
    return decode(prefix, text)
