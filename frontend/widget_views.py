"""The widget's addresses: the loader that customers put on their pages, the page inside the iframe, and what the widget
says by itself.

They serve files and say who may frame what. Sessions, messages and answers are the API's; no visitor is known here.
"""

import hashlib
import json
import secrets
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from agents.attachments.kinds import KINDS
from agents.errors import AgentNotFound
from agents.inbox.hours import coming_spans
from agents.selectors import get_agent
from frontend.budgets import BUILD
from tenants.embeds import sign_embed
from tenants.errors import InvalidOrigin, OriginNotAllowed, UnknownWidgetKey
from tenants.origins import normalise_origin
from tenants.selectors import WidgetKeyView, find_widget_key, get_tenant

LOADER_MAX_AGE_SECONDS = 300  # short, because customers' pages name it without a version
LOADER = BUILD / "loader.js"
ELEMENT = BUILD / "rapport-chat.js"
TEASER = BUILD / "teaser.js"
VERSION_MAX_AGE_SECONDS = 365 * 24 * 3600
NO_RULES = "export default()=>{}"


@lru_cache(maxsize=4)
def _read_script(path: Path, _modified_ns: int) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'


@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    """`/widget.js`: any page of any origin may load it."""
    return _script(request, LOADER)


@require_safe
def element(request: HttpRequest) -> HttpResponse:
    """`/rapport-chat.js`: the chat as an element, likewise."""
    return _script(request, ELEMENT)


def _script(request: HttpRequest, path: Path) -> HttpResponse:
    if not path.exists():
        raise Http404("The widget is not built yet: run `make frontend`.")
    content, etag = _read_script(path, path.stat().st_mtime_ns)
    response = get_conditional_response(request, etag=etag) or HttpResponse(content, "text/javascript; charset=utf-8")
    response["ETag"] = etag
    return _for_any_page(response, LOADER_MAX_AGE_SECONDS)


def _for_any_page(response: HttpResponse, max_age: int) -> HttpResponse:
    response["Cache-Control"] = f"public, max-age={max_age}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def rules(request: HttpRequest, key: str) -> HttpResponse:
    """`/w/<key>/teaser.js`: what the widget says by itself on the asking page, as a module: a page's policy that lets
    the loader in lets it in too. Nothing for pages that are not the key's."""
    response = HttpResponse(_rules_for(request, key), "text/javascript; charset=utf-8")
    response["Vary"] = "Origin"
    return _for_any_page(response, LOADER_MAX_AGE_SECONDS)


def _rules_for(request: HttpRequest, key: str) -> str:
    try:
        widget_key = find_widget_key(key)
    except UnknownWidgetKey:
        return NO_RULES
    said = widget_key.proactive
    if not said.rules or not TEASER.exists() or request.headers.get("Origin") not in widget_key.allowed_origins:
        return NO_RULES
    # Before a visitor has agreed, nothing is kept in the browser: neither what was shown.
    given = json.dumps({"key": "" if widget_key.consent else widget_key.key, **asdict(said)}, separators=(",", ":"))
    return f'import begin from"../{_teaser_name()}";const set={given};export default(...page)=>begin(set,...page)'


def _teaser_name() -> str:
    return f"teaser-{_read_script(TEASER, TEASER.stat().st_mtime_ns)[1][1:-1]}.js"


@require_safe
def teaser(request: HttpRequest, version: str) -> HttpResponse:
    """`/w/teaser-<version>.js`: the module that looks at the rules. Another version than this server's is not kept."""
    if not TEASER.exists():
        raise Http404("The widget is not built yet: run `make frontend`.")
    content, etag = _read_script(TEASER, TEASER.stat().st_mtime_ns)
    response = HttpResponse(content, "text/javascript; charset=utf-8")
    if etag[1:-1] != version:
        return _for_any_page(response, LOADER_MAX_AGE_SECONDS)
    _for_any_page(response, VERSION_MAX_AGE_SECONDS)["Cache-Control"] += ", immutable"
    return response


@require_safe
@xframe_options_exempt  # frame-ancestors below says it better
def frame(request: HttpRequest, key: str) -> HttpResponse:
    """`/w/<key>/`: the chat itself, to be framed by the key's allowed origins only."""
    try:
        widget_key = find_widget_key(key)
        origin = _framing_origin(request, widget_key)
    except (UnknownWidgetKey, OriginNotAllowed) as error:
        # The sentence is for the person who puts the widget on a site, so it is shown there, whatever site it is.
        response = render(request, "widget/refused.html", {"message": error.message}, status=error.status)
        return _guard(response, ancestors="*")
    nonce = secrets.token_urlsafe(16)
    boot = {
        "key": widget_key.key,
        "embed": sign_embed(key=widget_key.key, origin=origin),
        "host_origin": origin,
        "agent": _looks_of(widget_key),
        "consent": asdict(widget_key.consent) if widget_key.consent else None,
        "hours": _hours_of(widget_key),
        "files": _files_of(widget_key),
        "lines": {each.id: each.text for each in widget_key.proactive.rules},
    }
    response = render(request, "widget/frame.html", {"boot": boot, "nonce": nonce})
    return _guard(response, ancestors=" ".join(widget_key.allowed_origins), nonce=nonce)


def _looks_of(widget_key: WidgetKeyView) -> dict[str, str]:
    """What the header shows without a session: who has to sign in first sees whom they reach."""
    try:
        looks = get_agent(tenant_id=widget_key.tenant_id, agent_id=widget_key.agent_id).config.appearance
    except AgentNotFound:  # the session says so, in its own words
        return {"name": "", "color": ""}
    return {"name": looks.name, "color": looks.color}


def _files_of(widget_key: WidgetKeyView) -> dict[str, str | int] | None:
    """Which files the chat takes; None for none. `accept` is for the browser's dialogue, `kinds` to be read."""
    rules = widget_key.attachments
    kinds = [KINDS[each] for each in rules.kinds]
    accept = [each.media_type for each in kinds] + [suffix for each in kinds for suffix in each.suffixes]
    shown = ", ".join(each.suffixes[0] for each in kinds)
    said: dict[str, str | int] = {"accept": ",".join(accept), "kinds": shown, "megabytes": rules.megabytes}
    return {**said, "most": rules.most} if kinds else None


def _hours_of(widget_key: WidgetKeyView) -> list[list[int]] | None:
    """When people are there, from now on: pairs of seconds since 1970; None without office hours."""
    try:
        handoff = get_agent(tenant_id=widget_key.tenant_id, agent_id=widget_key.agent_id).config.handoff
    except AgentNotFound:
        return None
    zone = get_tenant(widget_key.tenant_id).time_zone
    spans = coming_spans(handoff, company_zone=zone, now=timezone.now())
    return (
        [[int(each.begins.timestamp()), int(each.ends.timestamp())] for each in spans] if handoff.office_hours else None
    )


def _framing_origin(request: HttpRequest, widget_key: WidgetKeyView) -> str:
    """The origin of the page around the iframe. Raises OriginNotAllowed."""
    parts = urlsplit(request.headers.get("Referer", ""))
    try:
        origin = normalise_origin(f"{parts.scheme}://{parts.netloc}")
    except InvalidOrigin:
        raise OriginNotAllowed(
            "This chat is made to be shown inside a website. Put its line of HTML on a page and open that page."
        ) from None
    if origin not in widget_key.allowed_origins:
        raise OriginNotAllowed(
            f"This chat is not set up for {origin}. "
            "Add that address to the allowed origins on the dashboard's Widget page."
        )
    return origin


def _guard(response: HttpResponse, *, ancestors: str, nonce: str = "") -> HttpResponse:
    policy = {
        "default-src": "'none'",
        "script-src": f"'nonce-{nonce}'" if nonce else "'none'",
        "style-src": "'self'",
        "img-src": "'self' blob:",  # pictures that visitors sent are read with their token
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": ancestors or "'none'",
    }
    response["Content-Security-Policy"] = "; ".join(f"{name} {value}" for name, value in policy.items())
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    # A customer's page that isolates itself (COEP) can frame the chat only when the chat says so too.
    response["Cross-Origin-Embedder-Policy"] = "require-corp"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Permissions-Policy"] = "camera=(), microphone=(), geolocation=(), payment=()"
    return response
