"""Middleware for pages, which calls of the API pass by.

Sessions, accounts, CSRF tokens, one-off messages and nonces mean nothing to a program that shows a key or a token: its
views take it from `Authorization: Bearer …` and from nothing else, so there is no cookie that another site could have
a browser send. The dashboard's own calls of the API come with a cookie and without that header, and pass like pages.
"""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

API_PATHS = ("/v1/", "/mcp")

Handler = Callable[[HttpRequest], Any]  # of an HttpResponse, which Django's own types leave open


def is_api_call(request: HttpRequest) -> bool:
    """By a program: without the dashboard's session."""
    return request.path_info.startswith(API_PATHS) and request.headers.get("Authorization", "")[:7].lower() == "bearer "


class PageMiddleware:
    """Those of `PAGE_MIDDLEWARE`, the first of them the outermost, as Django would nest them."""

    async_capable = False
    sync_capable = True

    def __init__(self, get_response: Handler) -> None:
        self._past: Handler = get_response
        self._through: Handler = get_response
        self._hooks: dict[str, list[Callable[..., Any]]] = {"process_view": [], "process_exception": []}
        for name in reversed(settings.PAGE_MIDDLEWARE):
            middleware = import_string(name)(self._through)
            for hook, found in self._hooks.items():
                if hasattr(middleware, hook):
                    found.append(getattr(middleware, hook))
            self._through = convert_exception_to_response(middleware)
        self._hooks["process_view"].reverse()  # views are looked at from the outside, errors from the inside

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response: HttpResponse = (self._past if is_api_call(request) else self._through)(request)
        return response

    def process_view(self, request: HttpRequest, *what: Any) -> HttpResponse | None:
        return self._first_answer("process_view", request, *what)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return self._first_answer("process_exception", request, exception)

    def _first_answer(self, hook: str, request: HttpRequest, *what: Any) -> HttpResponse | None:
        if is_api_call(request):
            return None
        return next((answer for each in self._hooks[hook] if (answer := each(request, *what))), None)
