"""Every other address under /v1: not found, in the shape of all other errors."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from rapport.edge import error_body, request_id
from rapport.errors import NotFound


@csrf_exempt
def nothing_here(request: HttpRequest) -> JsonResponse:
    error = NotFound(
        "There is no such address. docs/openapi.yaml lists those of the API; none of them ends in a slash."
    )
    return JsonResponse(error_body(error, request_id(request)), status=error.status)
