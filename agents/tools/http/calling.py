"""One HTTP call. Where it goes is the company's; of the address the model fills in nothing but values.

Redirects are refused, addresses are checked when the connection is made (`rapport.outbound`), and the credential stands
in no error, no result and no trace: should the other side say it back, it is blotted out.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import quote, urlencode

from agents.models import Tool as ToolRow
from agents.tools.credentials import Credential
from agents.tools.definitions import policy_of
from agents.tools.port import Done, Failed, Json, Kind, Outcome, Policy, ToolContext
from rapport.errors import RapportError
from rapport.outbound import Limits, OutboundClient, Response
from rapport.outbound.errors import HostUnreachable, OutboundTimeout

Place = Literal["path", "query", "body", "whole_body"]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MOST_BYTES = 1_000_000
USER_AGENT = "Rapport-Tools/1.0"
_TOLD = 300  # characters of an error's body


@dataclass(frozen=True, slots=True)
class HttpTool:
    """`places`: where each argument goes; one that is not named goes into the body."""

    name: str
    description: str
    parameters: Json
    result_schema: Json | None
    policy: Policy
    base_url: str
    method: str
    path: str
    places: Mapping[str, Place]
    credential: Credential = field(default_factory=Credential, repr=False)
    kind: Kind = "http"

    @classmethod
    def of(cls, row: ToolRow) -> "HttpTool":
        definition: Mapping[str, Any] = row.definition
        return cls(
            name=row.name,
            description=row.description,
            parameters=definition["parameters"],
            result_schema=definition.get("result"),
            policy=policy_of(row.policy),
            base_url=row.connection.base_url,
            method=definition["method"],
            path=definition["path"],
            places=definition.get("places", {}),
            credential=Credential.of(row.connection),
        )

    def run(self, context: ToolContext, arguments: Json) -> Outcome:
        try:
            url, content = self._url(arguments), self._content(arguments)
        except ValueError as error:
            return Failed("invalid_arguments", str(error))
        headers = {"user-agent": USER_AGENT, "accept": "application/json", **self.credential.headers()}
        if content is not None:
            headers["content-type"] = "application/json"
        if self.policy.effect == "write":
            headers["idempotency-key"] = context.idempotency_key
        try:
            with OutboundClient(limits=_limits(self.policy.timeout_seconds)) as client:
                answer = client.fetch(url, method=self.method, headers=headers, content=content, follows=False)
        except (OutboundTimeout, HostUnreachable) as error:
            is_unknown = self.policy.effect == "write" and isinstance(error, OutboundTimeout)
            return Failed(error.code, "The other system did not answer.", is_retryable=True, is_unknown=is_unknown)
        except RapportError as error:
            return Failed(error.code, "The other system cannot be called like this.")
        return self._outcome(answer)

    def _url(self, arguments: Json) -> str:
        path, query = self.path, list[tuple[str, str]]()
        for name, place in self.places.items():
            if place == "path":
                path = path.replace(f"{{{name}}}", _segment(name, arguments.get(name)))
            elif place == "query" and arguments.get(name) is not None:
                query += [(name, _plain(each)) for each in _listed(arguments[name])]
        query += self.credential.query()
        return f"{self.base_url.rstrip('/')}{path}{'?' + urlencode(query) if query else ''}"

    def _content(self, arguments: Json) -> bytes | None:
        whole = [name for name, place in self.places.items() if place == "whole_body"]
        if whole:
            return json.dumps(arguments[whole[0]]).encode() if whole[0] in arguments else None
        inner = {name: value for name, value in arguments.items() if self.places.get(name, "body") == "body"}
        return json.dumps(inner).encode() if inner and self.method != "GET" else None

    def _outcome(self, answer: Response) -> Outcome:
        text = self.credential.blotted(answer.content.decode(errors="replace"))
        if 200 <= answer.status < 300:
            return _read(text, answer.headers.get("content-type", ""))
        if 300 <= answer.status < 400:
            return Failed("redirect_refused", "The other system answered with a redirect, which is not followed.")
        is_theirs = answer.status >= 500
        told = f"The other system answered {answer.status}. {' '.join(text.split())[:_TOLD]}"
        return Failed(
            f"status_{answer.status}",
            told.strip(),
            is_retryable=is_theirs or answer.status == 429,
            is_unknown=is_theirs and self.policy.effect == "write",
        )


def _read(text: str, content_type: str) -> Outcome:
    kind = content_type.partition(";")[0].strip().lower()
    if kind.endswith("json"):
        try:
            return Done(json.loads(text) if text.strip() else None)
        except (ValueError, RecursionError):
            return Failed("result_invalid", "The other system answered with something that is no JSON.")
    if kind.startswith("text/") or not text:
        return Done(text or None)
    return Failed("result_invalid", "The other system answered with something that is neither JSON nor text.")


def _segment(name: str, value: object) -> str:
    """One step of a path and no more, whatever stands in it. Raises ValueError."""
    text = _plain(value) if value is not None else ""
    if text in ("", ".", ".."):
        raise ValueError(f"{name} is missing, or is no part of an address.")
    return quote(text, safe="")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def _listed(value: object) -> Iterator[object]:
    if isinstance(value, list):
        yield from value
    else:
        yield value


def _limits(seconds: float) -> Limits:
    return Limits(
        connect_seconds=min(seconds, 5.0),
        read_seconds=seconds,
        total_seconds=seconds,
        max_bytes=MOST_BYTES,
        max_redirects=0,
    )
