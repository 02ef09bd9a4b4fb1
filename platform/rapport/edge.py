"""The edge: request ids, and the one place where typed errors become responses."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from rest_framework import exceptions as drf
from rest_framework.response import Response

from rapport import logs
from rapport.errors import BodyTooLarge, InvalidRequest, NotAuthenticated, NotFound, PermissionDenied, RapportError
from rapport.ids import Prefix, encode, new_id

log = logs.get_logger(__name__)


class RequestIdMiddleware:
    """Gives every request an id that its logs, its errors and its response header carry."""

    async_capable = False
    sync_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request_id = encode(Prefix.REQUEST, new_id())
        request.request_id = request_id  # type: ignore[attr-defined]
        with logs.bind(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-Id"] = request_id
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Typed errors that leave a JSON view outside DRF; pages have their own handlers."""
        if isinstance(exception, RapportError) and request.path.startswith("/v1/"):
            return JsonResponse(error_body(exception, request_id(request)), status=exception.status)
        return None


def request_id(request: HttpRequest) -> str:
    """The request's id, or "" outside the middleware."""
    return str(getattr(request, "request_id", ""))


def error_body(error: RapportError, request_id: str) -> dict[str, Any]:
    """The one shape of errors on the API."""
    problems = [{"path": path, "message": message} for path, message in error.problems]
    return {
        "error": {
            "type": error.type,
            "code": error.code,
            "message": error.message,
            "param": error.param,
            "request_id": request_id,
            **({"problems": problems} if problems else {}),
        }
    }


def api_exception_handler(exception: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: translates what is known, leaves the rest to be a logged 500."""
    request = context["request"]
    error = _translate(exception)
    if error is None:
        log.error("unhandled_error", path=request.path, method=request.method, exc_info=exception)
        error = RapportError("Something went wrong on our side. It is logged under this request id; please try again.")
    response = Response(error_body(error, request_id(request._request)), status=error.status)
    if error.retry_after_seconds is not None:
        response["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, NotAuthenticated):
        response["WWW-Authenticate"] = "Bearer"
    return response


def _translate(exception: Exception) -> RapportError | None:
    error: RapportError | None = None
    match exception:
        case RapportError():
            error = exception
        case drf.ValidationError():
            error = _from_validation(exception)
        case drf.NotAuthenticated() | drf.AuthenticationFailed():
            error = NotAuthenticated("Sign in, or send a valid token as `Authorization: Bearer …`.")
        case drf.PermissionDenied() | DjangoPermissionDenied():
            error = PermissionDenied("You are signed in, but this needs a permission that you do not have.")
        case RequestDataTooBig() | TooManyFieldsSent() | TooManyFilesSent():
            error = BodyTooLarge("The body is larger than this call takes. Send less at once.")
        case Http404() | drf.NotFound():
            error = NotFound("There is no such object.")
        case drf.APIException():
            error = _from_drf(exception)
    return error


def _from_validation(exception: drf.ValidationError) -> RapportError:
    """The first field error, with the field's name as `param`."""
    detail: Any = exception.detail
    path: list[str] = []
    while isinstance(detail, dict) and detail:
        name, detail = next(iter(detail.items()))
        path.append(str(name))
    if isinstance(detail, list) and detail:
        detail = detail[0]
    return InvalidRequest(str(detail), param=".".join(path) or None)


def _from_drf(exception: drf.APIException) -> RapportError:
    error = RapportError(str(exception.detail))
    error.code = str(exception.default_code)  # type: ignore[misc]
    error.status = exception.status_code  # type: ignore[misc]
    error.type = "invalid_request_error" if exception.status_code < 500 else "api_error"  # type: ignore[misc]
    return error
