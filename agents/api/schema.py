"""What the OpenAPI document says of errors and of parameters that many calls share."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from agents.api.pages import DEFAULT_LIMIT, MAX_LIMIT
from agents.api.serializers.fields import ErrorSerializer

_MEANINGS = {
    400: "The call's content is wrong; the message says how to mend it.",
    401: "Nobody is signed in, or the token is over.",
    403: "Not allowed.",
    404: "There is no such object, or it is another company's.",
    409: "It cannot be done now: the first call with this Idempotency-Key, or work on this object, is under way.",
    413: "The body is larger than this call takes.",
    415: "The body is not of a kind that this call reads.",
    422: "This Idempotency-Key came before with another content.",
    429: "Too many calls; Retry-After says how many seconds to wait.",
    502: "The answer failed for good; the same call is asking anew.",
    503: "A part that this call needs is away. Try again later.",
    504: "It takes too long.",
}

PAGE: list[OpenApiParameter] = [
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"How many, at most {MAX_LIMIT}.", default=DEFAULT_LIMIT),
    OpenApiParameter("cursor", OpenApiTypes.STR, description="next_cursor of the page before."),
]
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Any text of at most 255 characters. The same call sent again with it is done once.",
)


STAFF_ONLY: list[Any] = [{"apiKey": []}, {"memberSession": []}]


def errors(*statuses: int) -> dict[Any, Any]:
    """Responses with our error body, by status."""
    return {status: OpenApiResponse(ErrorSerializer, description=_MEANINGS[status]) for status in statuses}


def path_id(name: str, example: str) -> OpenApiParameter:
    """An id in the address."""
    return OpenApiParameter(name, OpenApiTypes.STR, OpenApiParameter.PATH, description=f"For example {example}_…")
