"""In which language a page is: the person's own, else the company's, else the browser's. The API speaks English.

After the middleware that knows who is signed in. What is streamed is sent outside of it, and so has no sentences in it.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from frontend.page_middleware import API_PATHS
from tenants.web import current_membership


class LanguageMiddleware:
    """Each page in one language; the browser's counts only until somebody is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(API_PATHS):
            return self.get_response(request)
        with translation.override(language_of(request)):
            response = self.get_response(request)
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        if is_page and not request.user.is_authenticated:
            patch_vary_headers(response, ("Accept-Language",))
        return response


def language_of(request: HttpRequest) -> str:
    """One of `LANGUAGES`: what is stored may be of a language whose catalogue was taken away."""
    known = dict(settings.LANGUAGES)
    if request.user.is_authenticated:
        own: str = getattr(request.user, "language", "")
        if own in known:
            return own
        membership = current_membership(request)
        if membership is not None and membership.tenant.locale in known:
            return membership.tenant.locale
    return translation.get_language_from_request(request)
