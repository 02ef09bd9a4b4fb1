"""Every sentence that an error of the floors below can say, read from their source, as msgids.

Services speak English, with values in it: `InvalidTool(f"Name at most {MOST} tools.")` is the msgid `Name at most
{MOST} tools.`. `said.py` finds it again in what was said. No Django here, and nothing is imported to be read.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from pathlib import Path

ROOT = Path(__file__).parent.parent
FLOORS = ("platform", "tenants", "billing", "ingestion", "agents")
BASE = "RapportError"
LEAST_LETTERS = 8  # what says less has hardly more than values: it only joins what others say
VALUE = re.compile(r"\{\w+\}")
# What else carries a sentence to a page, and in which of its arguments.
CARRIERS = {"BadPattern": 0, "BadSchema": 0, "Failure": 1, "Problem": 1, "_Problem": 0}
VALIDATING = "agents/configuration/"  # pydantic's validators raise ValueError; its sentence reaches people
TABLES = {"agents/configuration/reading.py": "_SENTENCES"}
# Their errors are answers to programs, visitors or whoever runs the servers, and on no page.
NOT_ON_PAGES = (
    "agents/api/",
    "agents/channels/chat/",
    "agents/channels/mcp/",
    "agents/channels/openai/",
    "agents/channels/phone/audio/providers/",
    "agents/channels/phone/audio/reach.py",
    "agents/channels/phone/browser/socket.py",
    "agents/channels/phone/media_socket.py",
    "agents/channels/phone/session.py",
    "agents/channels/phone/views.py",
    "agents/runtime/page_context.py",
    "billing/stripe/inbox.py",
    "billing/stripe/signature.py",
    "billing/stripe/views.py",
    "ingestion/incoming/",
    "ingestion/embedding/wire.py",
    "ingestion/graph/embedded.py",
    "platform/rapport/deferred.py",
    "platform/rapport/edge.py",
    "platform/rapport/events/consumer.py",
    "platform/rapport/events/embedded.py",
    "platform/rapport/events/envelope.py",
    "platform/rapport/events/errors.py",
    "platform/rapport/events/lease.py",
    "platform/rapport/events/topics.py",
    "platform/rapport/events/watchdog.py",
    "platform/rapport/events/outbox.py",
    "platform/rapport/idempotency/",
)


def find_in(path: Path) -> Iterator[str]:
    """The sentences of the errors that a module of the floors makes."""
    for message, tree in shown_in(path):
        yield from sentences_of(message, tree)


def shown_in(path: Path) -> Iterator[tuple[ast.expr, ast.AST]]:
    """What a module gives to errors that a page can show, and where to look up what it names."""
    place, text = path.relative_to(ROOT).as_posix(), path.read_text()
    is_validating = place.startswith(VALIDATING)
    if place.startswith(NOT_ON_PAGES) or not (is_validating or _constructors().search(text)):
        return
    tree = ast.parse(text)
    for message in messages_in(tree, is_validating=is_validating):
        yield message, tree
    if place in TABLES:
        yield ast.Name(TABLES[place]), tree


@cache
def _constructors() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(sorted(_places()))})\(")


@cache
def _places() -> dict[str, int]:
    return dict.fromkeys(error_names(), 0) | CARRIERS


def messages_in(tree: ast.AST, *, is_validating: bool = False) -> Iterator[ast.expr]:
    """What is given to errors as their message."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            place = (
                0 if is_validating and _called(node) == "ValueError" else _places().get(_called(node), len(node.args))
            )
            yield from node.args[place : place + 1]
        elif isinstance(node, ast.ClassDef) and node.name in error_names():
            yield from _given_to_super(node)


def sentences_of(message: ast.expr, tree: ast.AST) -> Iterator[str]:
    """All that the expression can say by itself; nothing where its words come from elsewhere."""
    for said in _sayings(message, tree):
        if len(re.findall("[a-zA-Z]", VALUE.sub("", said))) >= LEAST_LETTERS:
            yield said


def _sayings(message: ast.expr, tree: ast.AST) -> Iterator[str]:
    match message:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            for each in product(*(list(_part(part, tree)) for part in parts)):
                yield "".join(_numbered(each))
        case ast.IfExp(body=one, orelse=other):
            yield from _sayings(one, tree)
            yield from _sayings(other, tree)
        case ast.Name(id=name) | ast.Subscript(value=ast.Name(id=name)):
            for value in _assigned(name, tree):
                yield from _sayings(value, tree)
        case ast.Dict(values=values):
            for value in values:
                yield from _sayings(value, tree)
        case ast.Subscript(value=value) | ast.Call(func=ast.Attribute(value=value, attr="strip")):
            yield from _sayings(value, tree)


@cache
def error_names() -> frozenset[str]:
    """The names of all classes that descend from `RapportError`."""
    bases = {
        node.name: {each.id for each in node.bases if isinstance(each, ast.Name)}
        for floor in FLOORS
        for path in sorted((ROOT / floor).rglob("*.py"))
        if "Error" in (text := path.read_text()) or "errors" in text
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef)
    }
    known, before = {BASE}, 0
    while len(known) > before:
        before = len(known)
        known |= {name for name, above in bases.items() if above & known}
    return frozenset(known)


def _called(call: ast.Call) -> str:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _given_to_super(error: ast.ClassDef) -> Iterator[ast.expr]:
    for node in ast.walk(error):
        if isinstance(node, ast.Call) and node.args and ast.unparse(node.func) == "super().__init__":
            yield node.args[0]


def _assigned(name: str, tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and name in [each.id for each in node.targets if isinstance(each, ast.Name)]:
            yield node.value


def _part(part: ast.expr, tree: ast.AST) -> Iterator[str]:
    """Of an f-string: its words, each choice of words, or the name of a value."""
    if isinstance(part, ast.Constant):
        yield str(part.value)
    elif isinstance(part, ast.FormattedValue):
        yield from _words_of(part.value, tree) or [f"{{{_name(part.value)}}}"]


def _words_of(value: ast.expr, tree: ast.AST) -> list[str]:
    """What it says, where that stands in the module: words to choose from, or what a name was given there."""
    values = list(_assigned(value.id, tree)) if isinstance(value, ast.Name) else [value]
    if all(_is_text(each) or isinstance(each, ast.JoinedStr) or _is_choice(each) for each in values):
        return [said for each in values for said in _sayings(each, ast.Module([], []))]
    return []


def _is_choice(value: ast.expr) -> bool:
    return isinstance(value, ast.IfExp) and _is_text(value.body) and _is_text(value.orelse)


def _is_text(value: ast.expr) -> bool:
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _numbered(parts: Iterable[str]) -> Iterator[str]:
    """The second value of a name is called so: `{currency}`, `{currency_2}`."""
    seen: Counter[str] = Counter()
    for part in parts:
        seen[part] += part.startswith("{")
        yield f"{part[:-1]}_{seen[part]}}}" if seen[part] > 1 else part


def _name(value: ast.expr) -> str:
    """The last word of the expression, which is what its value is called: `len(self.agents)` → `agents`."""
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "len":
        return "number"
    names = re.findall(r"[A-Za-z_]\w*", re.sub(r"'[^']*'|\"[^\"]*\"", "", ast.unparse(value)))
    return names[-1].strip("_").lower() if names else "value"
