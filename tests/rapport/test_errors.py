"""Typed errors become one shape of response, once, at the edge."""

import pytest
from django.http import Http404
from django.test import RequestFactory
from rest_framework import exceptions as drf
from rest_framework.request import Request

from rapport.edge import api_exception_handler
from rapport.errors import NotFound, RapportError, RateLimited


def _handle(error: Exception) -> tuple[int, dict[str, object], dict[str, str]]:
    request = RequestFactory().get("/v1/things")
    request.request_id = "req_1"  # type: ignore[attr-defined]
    response = api_exception_handler(error, {"request": Request(request)})
    assert response is not None
    return response.status_code, response.data["error"], dict(response.items())


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("There is no such thing."), 404, "not_found"),
        (Http404(), 404, "not_found"),
        (drf.NotAuthenticated(), 401, "not_authenticated"),
        (drf.PermissionDenied(), 403, "permission_denied"),
        (drf.ValidationError({"url": ["Enter a valid address."]}), 400, "invalid_request"),
        (drf.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
        (ZeroDivisionError("secret detail"), 500, "internal_error"),
    ],
)
def test_status_and_code(error: Exception, status: int, code: str) -> None:
    got_status, body, _ = _handle(error)
    assert (got_status, body["code"]) == (status, code)
    assert body["request_id"] == "req_1"
    assert "secret" not in str(body)


def test_field_errors_name_the_field() -> None:
    _, body, _ = _handle(drf.ValidationError({"config": {"url": ["Enter a valid address."]}}))
    assert (body["param"], body["message"]) == ("config.url", "Enter a valid address.")


def test_retry_after_is_a_header() -> None:
    _, _, headers = _handle(RateLimited("Too many messages; wait a moment.", retry_after_seconds=7))
    assert headers["Retry-After"] == "7"


def test_a_new_error_is_internal_until_it_says_otherwise() -> None:
    assert (RapportError.status, RapportError.is_retryable) == (500, False)
