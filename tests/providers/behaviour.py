"""What a model does, from its name: `mock-ttft500-itl20-len400` speaks after half a second, 400 tokens at 50 a second.

| in the name | what happens |
|---|---|
| `ttft500`, `itl20`, `len400` | milliseconds to the first token and between two; how many tokens |
| `429x2`, `500x1`, `529`, `401` | this status, so many times, then fine; without `x` always. `retry3`: Retry-After: 3 |
| `stall`, `stall-after40` | takes the call and falls silent; or after so many tokens |
| `cut80` | the connection breaks after so many tokens |
| `badjson` | a piece that is no JSON in the middle |
| `overloaded40` | says in the stream, after so many tokens, that it is overloaded |
| `tool-NAME` | calls the tool; told what came of it, it says that. More than one may stand there |
| `usage-5-128955-1253` | says that it counted so many input tokens, read from the cache, written to it |
| `every5` | what goes wrong does so on each fifth call only |
| `hour` | what it writes to the cache is kept for an hour instead of five minutes |
| `think12` | so many of the tokens it counts are reasoning |
| `ctx2000` | refuses a longer input, as providers do |
| `short`, `filter` | stops at the token limit; refuses to answer |
| `cite`, `noanswer` | ends with [1]; says the agreed word |

`stall`, `cut`, `badjson` and `overloaded` take `x2` as well: `cut80x1` breaks once, then answers.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_PART = re.compile(r"(?P<word>stall|cut|badjson|overloaded|[a-z]+(?=\d*$))?(?P<number>\d+)?(?:x(?P<times>\d+))?")
ALWAYS = 10**9


@dataclass
class Fault:
    """`kind` is "status", "stall", "cut", "badjson" or "overloaded"; `after` tokens, `times` times."""

    kind: str
    after: int = 0
    status: int = 0
    times: int = ALWAYS


@dataclass
class Behaviour:
    """Milliseconds and tokens; None where the name says nothing of it."""

    first_ms: int = 0
    between_ms: int = 0
    length: int | None = None
    retry_after: int | None = None
    context: int | None = None
    usage: tuple[int, int, int] | None = None
    reasoning: int = 0
    every: int = 1
    is_hour: bool = False
    finish: str = "stop"
    is_cited: bool = False
    is_unknowing: bool = False
    tools: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


_NUMBERS = {
    "ttft": "first_ms",
    "itl": "between_ms",
    "len": "length",
    "retry": "retry_after",
    "ctx": "context",
    "think": "reasoning",
    "every": "every",
}
_FLAGS: dict[str, Callable[[Behaviour], None]] = {
    "hour": lambda each: setattr(each, "is_hour", True),
    "short": lambda each: setattr(each, "finish", "length"),
    "filter": lambda each: setattr(each, "finish", "filter"),
    "cite": lambda each: setattr(each, "is_cited", True),
    "noanswer": lambda each: setattr(each, "is_unknowing", True),
}
_FAULTS = {"stall", "cut", "badjson", "overloaded"}


def behaviour_of(model: str) -> Behaviour:
    """What the name asks for; words it does not know are part of the name and mean nothing."""
    found = Behaviour()
    parts = model.split("-")
    while parts:
        part = parts.pop(0)
        if part == "tool" and parts:
            found.tools.append(parts.pop(0))
        elif part == "usage" and len(parts) >= 3:
            found.usage = (int(parts.pop(0)), int(parts.pop(0)), int(parts.pop(0)))
        else:
            _read(found, part, parts)
    return found


def _read(found: Behaviour, part: str, rest: list[str]) -> None:
    match = _PART.fullmatch(part)
    if match is None:
        return
    word, number = match["word"] or "", int(match["number"] or 0)
    times = int(match["times"]) if match["times"] else ALWAYS
    if word == "stall" and rest and (after := re.fullmatch(r"after(\d+)(?:x(\d+))?", rest[0])):
        rest.pop(0)
        number, times = int(after[1]), int(after[2] or times)
    if word in _NUMBERS:
        setattr(found, _NUMBERS[word], number)
    elif word in _FLAGS:
        _FLAGS[word](found)
    elif word in _FAULTS:
        found.faults.append(Fault(word, after=number, times=times))
    elif not word and 400 <= number < 600:
        found.faults.append(Fault("status", status=number, times=times))
