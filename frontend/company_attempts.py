"""What a browser keeps while its person is at their company's provider. Another browser has no part in it."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest

from rapport.oidc import Attempt

_KEY = "company_sign_in"
_LASTS_SECONDS = 600
_MOST = 5  # tabs at the same time


@dataclass(frozen=True, slots=True)
class Pending:
    """`confirms`: the id of the signed-in person who shows once more who they are; "" for signing in."""

    state: str
    nonce: str
    verifier: str
    company: str  # public id
    next: str
    confirms: str
    at: float

    @property
    def attempt(self) -> Attempt:
        return Attempt(self.state, self.nonce, self.verifier)


def remember(request: HttpRequest, attempt: Attempt, *, company: str, following: str, confirms: str) -> None:
    kept = [each for each in _kept(request).values() if not _is_over(each)][-_MOST + 1 :]
    pending = Pending(attempt.state, attempt.nonce, attempt.verifier, company, following, confirms, time.time())
    request.session[_KEY] = {each.state: asdict(each) for each in (*kept, pending)}


def recall(request: HttpRequest, *, state: str, company: str) -> Pending | None:
    """Once: a second answer to the same attempt finds nothing."""
    kept = _kept(request)
    found = kept.pop(state, None)
    request.session[_KEY] = {each.state: asdict(each) for each in kept.values()}
    return found if found and found.company == company and not _is_over(found) else None


def _kept(request: HttpRequest) -> dict[str, Pending]:
    rows: dict[str, dict[str, Any]] = request.session.get(_KEY) or {}
    return {state: Pending(**row) for state, row in rows.items()}


def _is_over(pending: Pending) -> bool:
    return time.time() - pending.at > _LASTS_SECONDS
