"""The widget's two addresses: the loader that customers put on their pages, and the page inside the iframe.

They serve files and say who may frame what. Sessions, messages and answers are the API's; no visitor is known here.
"""

import hashlib
import secrets
from functools import lru_cache
from pathlib import Path
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from agents.errors import AgentNotFound
from agents.selectors import get_agent
from frontend.budgets import BUILD
from tenants.embeds import sign_embed
from tenants.errors import InvalidOrigin, OriginNotAllowed, UnknownWidgetKey
from tenants.origins import normalise_origin
from tenants.selectors import WidgetKeyView, find_widget_key

LOADER_MAX_AGE_SECONDS = 300  # short, because customers' pages name it without a version
LOADER = BUILD / "loader.js"


@lru_cache(maxsize=2)
def _read_loader(path: Path, _modified_ns: int) -> tuple[bytes, str]:
    content = path.read_bytes()
    return content, f'"{hashlib.sha256(content).hexdigest()[:20]}"'


@require_safe
def loader(request: HttpRequest) -> HttpResponse:
    """`/widget.js`: any page of any origin may load it."""
    if not LOADER.exists():
        raise Http404("The widget is not built yet: run `make frontend`.")
    content, etag = _read_loader(LOADER, LOADER.stat().st_mtime_ns)
    response = get_conditional_response(request, etag=etag) or HttpResponse(content, "text/javascript; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={LOADER_MAX_AGE_SECONDS}"
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
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
        "img-src": "'self'",
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
