"""Under which conditions a tool is used, as somebody sets them: defaults by what the tool is, and what can be set."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from agents.errors import InvalidTool
from agents.tools.definitions import policy_json, policy_of
from agents.tools.port import Json, Policy

CONSENTS = ("none", "asked", "confirm", "person")


def checked_policy(given: Mapping[str, Any], *, definition: Json) -> Policy:
    """What is not given has the definition's default. Raises InvalidTool."""
    default = default_policy(definition)
    try:
        policy = policy_of({**policy_json(default), **given})
    except TypeError as error:
        raise InvalidTool("There is no such setting of a tool. Take it out.", param="policy") from error
    if given.get("effect") and "consent" not in given:
        policy = replace(policy, consent="none" if policy.effect == "read" else "confirm")
    _check_policy(policy)
    if policy.is_idempotent and not may_be_repeated(definition):
        raise InvalidTool(
            "Its server does not say that calling it twice is calling it once, so it is not tried again.",
            param="policy.is_idempotent",
        )
    return policy


def default_policy(definition: Json) -> Policy:
    """A call that is no GET changes something, until somebody says that it does not; so does a server's tool that does
    not say of itself that it only reads."""
    is_reading = _hints(definition).get("read_only") is True if "remote" in definition else _is_get(definition)
    if is_reading:
        return Policy(is_idempotent=_is_get(definition))
    return Policy(effect="write", consent="confirm")


def may_be_repeated(definition: Json) -> bool:
    """Of a server's tool both have to say so: its server, here, and the company in its policy."""
    hints = _hints(definition)
    return "remote" not in definition or hints.get("idempotent") is True or hints.get("read_only") is True


def _is_get(definition: Json) -> bool:
    return definition.get("method") == "GET"


def _hints(definition: Json) -> Mapping[str, Any]:
    return definition.get("hints") or {}


def _check_policy(policy: Policy) -> None:
    lists = (*policy.asks_for, *policy.destinations)
    checks = {
        "effect": policy.effect in ("read", "write"),
        "consent": policy.consent in CONSENTS and not (policy.effect == "write" and policy.consent == "none"),
        "asks_for": len(policy.asks_for) <= 50 and all(isinstance(each, str) and len(each) <= 80 for each in lists),
        "destinations": len(policy.destinations) <= 50,
        "timeout_seconds": _is_between(policy.timeout_seconds, 0.5, 30),
        "per_minute": _is_between(policy.per_minute, 1, 600),
        "max_characters": _is_between(policy.max_characters, 200, 40_000),
        "takes_found": isinstance(policy.takes_found, bool),
        "is_idempotent": isinstance(policy.is_idempotent, bool),
    }
    wrong = next((name for name, is_right in checks.items() if not is_right), None)
    if wrong == "consent":
        raise InvalidTool("What changes something needs a consent: asked, confirm or person.", param="policy.consent")
    if wrong:
        raise InvalidTool(f"{wrong} cannot have this value: docs/tools lists what it can be.", param=f"policy.{wrong}")


def _is_between(value: object, least: float, most: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most
