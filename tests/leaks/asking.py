"""Asks the product as someone, undoes what that did, and says what could be told from the answer: status, body, and the
statements that the database was asked.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from django.db import connection, transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT

CSRF = {"X-CSRFToken": "a" * 32, "Origin": "http://testserver"}
# Everybody sends the same one: whoever got another's answer by it would have a leak.
SAME_KEY = {"Idempotency-Key": "the same for everybody"}
KEYED_BY_NAME = ("ratelimits_tokenbucket", "ratelimits_cacheentry")
_VOLATILE = (
    (re.compile(r"\b[a-z]{3}_[0-9a-z]{26}\b"), "ID"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b"), "ID"),
    (re.compile(r"\brp_(?:sk_live|sk_test|pk|id)_[0-9A-Za-z]+|whsec_[0-9A-Za-z+/=]+"), "KEY"),
    (re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.\d]*(?:Z|\+00:00)?"), "TIME"),
    (re.compile(r"\bjust now\b|\b\d+ (?:min|h) ago\b"), "AGO"),
    (re.compile(r'nonce="[^"]*"'), "NONCE"),
    (re.compile(r"\b[A-Za-z0-9]{64}\b"), "TOKEN"),
)
_SAVEPOINT = re.compile(r'"s[\d_x]+"')


@dataclass(frozen=True, slots=True)
class Answer:
    """`work`: the statements that were run, without their values: a timing class that does not depend on the clock.
    `names`: of rate-limit buckets and cache entries, which all tenants share one table for."""

    status: int
    body: str
    location: str
    work: tuple[str, ...]
    names: frozenset[str] = frozenset()

    @property
    def is_sent_to_sign_in(self) -> bool:
        return self.status == 302 and self.location.startswith("/accounts/login")

    def tells_apart(self, other: "Answer") -> str:
        """What differs between two answers, when ids, times and tokens do not count; "" when nothing does."""
        for name in ("status", "location", "body"):
            mine, theirs = plain(str(getattr(self, name))), plain(str(getattr(other, name)))
            if mine != theirs:
                return f"{name} {_difference(mine, theirs)}"
        if self.work != other.work:
            return f"other work in the database ({len(self.work)} statements, {len(other.work)})"
        return ""


def plain(text: str) -> str:
    text = unquote(text)
    for pattern, word in _VOLATILE:
        text = pattern.sub(word, text)
    return text


def _difference(mine: str, theirs: str) -> str:
    start = next(
        (at for at, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), min(len(mine), len(theirs))
    )
    return f"{mine[max(0, start - 30) : start + 60]!r} instead of {theirs[max(0, start - 30) : start + 60]!r}"


@dataclass
class Asked:
    """Statements in the order in which they were run."""

    statements: list[str] = field(default_factory=list)
    values: list[tuple[str, Any]] = field(default_factory=list)

    def names(self) -> frozenset[str]:
        """What was asked of the tables that are keyed by a name."""
        found = (_values(params) for sql, params in self.values if any(table in sql for table in KEYED_BY_NAME))
        return frozenset(value for values in found for value in values if isinstance(value, str))

    def note(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.statements.append(_SAVEPOINT.sub("SAVEPOINT", sql))
        self.values.append((sql, params))
        return execute(sql, params, many, context)


def _values(params: Any) -> list[Any]:
    return list(params.values()) if isinstance(params, Mapping) else list(params or ())


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def ask(
    client: Client, method: str, url: str, *, data: Mapping[str, Any] | None = None, is_api: bool, reads: bool = True
) -> Answer:
    kind = "application/json" if is_api else MULTIPART_CONTENT
    body: dict[str, Any] = {} if method == "GET" else {"data": data or {}, "content_type": kind}
    if method != "GET" and method != "POST" and not is_api:
        body = {}
    asked, cookies = Asked(), deepcopy(client.cookies)
    client.raise_request_exception = False  # a 500 is an answer, and a bad one
    with undone(), connection.execute_wrapper(asked.note):
        answer = getattr(client, method.lower())(url, headers=CSRF | SAME_KEY, **body)
        text = answer.getvalue().decode(errors="replace") if reads and not getattr(answer, "is_async", False) else ""
    client.cookies = cookies
    return Answer(
        answer.status_code, text, unquote(answer.headers.get("Location", "")), tuple(asked.statements), asked.names()
    )
