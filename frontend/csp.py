"""The content security policy of every page of the dashboard: scripts by nonce, everything else from this host only.

Pages that set their own policy (the widget's frame) keep it.
"""

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"


class ContentSecurityPolicyMiddleware:
    """Gives each request `csp_nonce` for its templates, and each page the policy that names it."""

    async_capable = False
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = self.get_response(request)
        if HEADER not in response and response.get("Content-Type", "").startswith("text/html"):
            response[HEADER] = policy(request.csp_nonce)  # type: ignore[attr-defined]
        return response


def policy(nonce: str, *, scripts: str = "", connects: str = "") -> str:
    """`scripts`, `connects`: sources that a page needs beside its own host and nonce."""
    scripts, connects = f"'nonce-{nonce}' {scripts}".strip(), f"'self' {connects}".strip()
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"media-src 'self'; connect-src {connects}; frame-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
