"""`Idempotency-Key` for calls that make something: the same call sent twice makes one thing."""

import hashlib
import json
from collections.abc import Callable, Mapping
from uuid import UUID

from django.db import transaction
from rest_framework.request import Request
from rest_framework.response import Response

from agents.api.principals import Staff
from rapport.idempotency.claims import Outcome, run_once
from tenants.context import tenant_scope


def make_once(
    request: Request, staff: Staff, operation: str, *, content: object, make: Callable[[], UUID]
) -> tuple[UUID, bool]:
    """The id of what `make` made, now or when this key came first, and whether that was before.

    `content` is what the call says: another one under the same key is refused (IdempotencyKeyReused).
    """
    outcome = do_once(request, staff, operation, content=content, work=lambda: {"id": str(make())})
    return UUID(outcome.result["id"]), outcome.is_replay


def do_once(
    request: Request, staff: Staff, operation: str, *, content: object, work: Callable[[], Mapping[str, str]]
) -> Outcome:
    """`work` only writes to the database: it and the key are one transaction."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    with tenant_scope(staff.tenant_id), transaction.atomic():
        return run_once(
            tenant_id=staff.tenant_id,
            operation=operation,
            key=request.headers.get("Idempotency-Key", ""),
            request={"content": digest},
            work=work,
        )


def made(data: object, *, is_replay: bool, status: int = 201) -> Response:
    """The answer of a call that made something."""
    response = Response(data, status=status)
    if is_replay:
        response["Idempotent-Replayed"] = "true"
    return response
