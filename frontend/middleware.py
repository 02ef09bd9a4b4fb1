"""Sends requests for the demo customer's port to the demo customer's pages."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from rapport.config import get_config


class DemoSiteMiddleware:
    """On DEMO_SITE_PORT only `frontend.demo_urls` exists: another origin, as a customer's site is."""

    async_capable = False
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.port = str(get_config().demo_site_port)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.port != "0" and request.get_port() == self.port:
            request.urlconf = "frontend.demo_urls"
        return self.get_response(request)
