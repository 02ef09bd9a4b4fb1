"""Phone → Try it here: a member talks to an agent by the microphone of this browser."""

from uuid import UUID

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST
from django_vite.core.asset_loader import DjangoViteAssetLoader

from agents.channels.phone.audio.choosing import check_reaches, reaches_of
from agents.channels.phone.audio.reach import SpeechReach
from agents.channels.phone.audio.speech import SpeechUnavailable
from agents.channels.phone.browser.calls import LANGUAGES, MOST_SECONDS, begin_browser_call
from agents.selectors import list_agents
from frontend.csp import HEADER, policy
from frontend.headers import PERMISSIONS
from frontend.page import Visit, asked_id, page, signed_in_id
from frontend.said import said
from ingestion.contacts.identities import RESERVED
from ingestion.contacts.services import ensure_contact
from rapport.errors import RapportError
from rapport.ids import Prefix, encode
from tenants.permissions import Permission

WORKLET = "islands/line-worklet.ts"


@never_cache
@require_http_methods(["GET", "HEAD"])
@page(Permission.AGENTS_READ)
def show_try_call(visit: Visit) -> HttpResponseBase:
    worklet = DjangoViteAssetLoader.instance().generate_vite_asset_url(WORKLET)
    context = {
        "section": "phone",
        "agents": [(encode(Prefix.AGENT, each.id), each.name) for each in list_agents(tenant_id=visit.tenant_id)],
        "chosen": visit.request.GET.get("agent", ""),
        "languages": _languages(visit.tenant_id),
        "may_call": visit.may(Permission.CONVERSATIONS_WRITE),
        "worklet": worklet,
        "line": f"/phone/{encode(Prefix.TENANT, visit.tenant_id)}/try",
        "most_minutes": MOST_SECONDS // 60,
        "keys": "123456789*0#",
    }
    response = visit.render("pages/try_call.html", context)
    response[HEADER] = _policy(visit.request, worklet)
    response["Permissions-Policy"] = PERMISSIONS.replace("microphone=()", "microphone=(self)")
    return response


@never_cache
@require_POST
@page(Permission.AGENTS_READ)
def begin_call(visit: Visit) -> HttpResponseBase:
    """JSON: what the line says first; or what is wrong, as the script shows it."""
    form, user = visit.request.POST, visit.request.user
    visit.require(Permission.CONVERSATIONS_WRITE)
    agent_id = asked_id(Prefix.AGENT, form.get("agent", ""))
    caller = f"{RESERVED}{signed_in_id(visit.request).hex}"
    try:
        contact_id = ensure_contact(
            tenant_id=visit.tenant_id,
            external_id=caller,
            name=getattr(user, "name", "") or getattr(user, "email", ""),
            email=getattr(user, "email", ""),
            actor=visit.actor,
        )
        begun = begin_browser_call(
            tenant_id=visit.tenant_id,
            agent_id=agent_id,
            contact_id=contact_id,
            language=form.get("language", ""),
            actor=visit.actor,
            caller=caller,
        )
    except RapportError as error:
        return JsonResponse({"error": said(error.message)}, status=error.status)
    start = {"call": begun.carrier_id, "token": begun.word, "language": form.get("language", "")}
    page = reverse("call", args=[encode(Prefix.CALL, begun.call_id)])
    return JsonResponse({"start": start, "greeting": begun.greeting, "page": page}, status=201)


def _languages(tenant_id: UUID) -> list[tuple[str, str]]:
    """The page's own first; each with why nobody can talk in it here, "" when they can."""
    own = get_language() or "en"
    ordered = sorted(LANGUAGES, key=lambda each: not each.startswith(own))
    try:
        hearing, speaking = reaches_of(tenant_id)
    except SpeechUnavailable as error:
        return [(each, said(error.message)) for each in ordered]
    return [(each, _problem(hearing, speaking, each)) for each in ordered]


def _problem(hearing: SpeechReach, speaking: SpeechReach, language: str) -> str:
    try:
        check_reaches(hearing, speaking, language)
    except SpeechUnavailable as error:
        return said(error.message)
    return ""


def _policy(request: HttpRequest, worklet: str) -> str:
    """This page alone opens a line, and loads the module that works in the audio thread, which can have no nonce."""
    host = request.get_host()
    return policy(
        getattr(request, "csp_nonce", ""),
        scripts=request.build_absolute_uri(worklet),
        connects=f"{'wss' if request.is_secure() else 'ws'}://{host}",
    )
