"""What an operation is called on a client: `client.agents.list`, `client.contacts.merge`.

By rule: the resource is the address's first word after `/v1`, the method is the operation's id without that word
(`list_contact_events` → `contacts.list_events`). The exceptions are below, and a clash is an error.
"""

import re
from collections.abc import Iterable

EXCEPTIONS = {
    "agree_to_tool": "tools.agree",
    "alias_contact": "events.alias",
    "change_contact": "contacts.update",
    "export_agent": "agents.export_file",
    "get_me": "account.me",
    "group_contact": "events.group",
    "identify_contact": "events.identify",
    "import_agent": "agents.import_file",
    "import_tool_connection": "tool_connections.import_openapi",
    "page_contact": "events.page",
    "screen_contact": "events.screen",
    "send_tracking_batch": "events.send_batch",
    "submit_document": "documents.create",
    "track_contact": "events.track",
    "try_tool": "tools.try_out",
}

# Left to the hand-written face: a stream of events is no single answer.
BY_HAND = {"stream_turn", "hear_conversation"}

# Of widgets in browsers, not of servers with secret keys; or with a client of its own (OpenAI's) that works unchanged.
LEFT_OUT_PATHS = ("/v1/widget/", "/v1/chat/", "/v1/embeddings", "/v1/models", "/v1/responses")

# Harmless when sent again although they take no Idempotency-Key: the same bytes change nothing, and events have ids.
REPEATABLE = {"submit_document", "send_events"}

# Fields that make a repeat harmless; the client fills them when the caller does not.
FILLED = {"messageId"}


class NameClash(SystemExit):
    """Two operations would have one name; the message says where to name one of them."""


def is_generated(operation_id: str, path: str) -> bool:
    return operation_id not in BY_HAND and not path.startswith(LEFT_OUT_PATHS)


def name_operation(operation_id: str, path: str) -> tuple[str, str]:
    """("contacts", "list_events")."""
    if operation_id in EXCEPTIONS:
        resource, _, method = EXCEPTIONS[operation_id].partition(".")
        return resource, method
    resource = path.split("/")[2].replace("-", "_")
    words = [word for word in operation_id.split("_") if word not in _forms(resource)]
    return resource, "_".join(words)


def _forms(resource: str) -> set[str]:
    """The words of a resource's name, singular and plural."""
    words = resource.split("_")
    return {form for word in words for form in (word, word.removesuffix("s"), re.sub("ies$", "y", word))}


def check_unique(names: Iterable[tuple[str, str]]) -> None:
    """Raises NameClash."""
    seen: set[tuple[str, str]] = set()
    for name in names:
        if name in seen:
            raise NameClash(f"Two operations are {'.'.join(name)}. Name one of them in sdks/generator/names.py.")
        seen.add(name)


def snake(name: str) -> str:
    """`userId` → `user_id`, `Idempotency-Key` → `idempotency_key`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()


def camel(name: str) -> str:
    """`list_events` → `listEvents`."""
    first, *rest = name.split("_")
    return first + "".join(map(str.capitalize, rest))


def pascal(name: str) -> str:
    """`failed_events` → `FailedEvents`."""
    return "".join(map(str.capitalize, name.split("_")))
