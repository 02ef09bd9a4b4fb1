"""Headers that every answer has, whatever it is: what a browser may do with it, and who may reach into its window.

What a view says itself (the widget's frame, its loader) stays. The policy of pages is `frontend.csp`'s.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from rapport.config import get_config

# Nothing of the dashboard uses these; a script that got in could not either.
PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "midi=(), payment=(), usb=()"
)
# An answer that is no page: opened by itself in a browser, it may run and load nothing, and nothing may frame it.
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
TLS_ONLY = f"max-age={365 * 24 * 3600}"


class SecurityHeadersMiddleware:
    """Fills in what the view did not say."""

    async_capable = False
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        # By the public address and not by the request: a proxy speaks TLS with browsers and plain HTTP with us.
        if get_config().public_url.startswith("https://"):
            response.setdefault("Strict-Transport-Security", TLS_ONLY)
        if not request.path.startswith(settings.STATIC_URL):  # files of ours, which pages of ours load
            response.setdefault("Content-Security-Policy", NO_PAGE)
            response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
