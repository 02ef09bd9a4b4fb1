"""How long requests take, by route: the name of an address, never the address itself, which holds ids."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from rapport.metrics.registry import HTTP_SECONDS

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class TimingMiddleware:
    """The first of all, so that it sees what the others take."""

    async_capable = False
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        HTTP_SECONDS.labels(_method(request), _route(request), response.status_code).observe(
            time.perf_counter() - started
        )
        return response


def _method(request: HttpRequest) -> str:
    """Clients may call a method whatever they like."""
    return request.method if request.method in METHODS else "other"


def _route(request: HttpRequest) -> str:
    return (request.resolver_match.view_name if request.resolver_match else "") or "none"
