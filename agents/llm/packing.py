"""Making a request fit into a model's window, by leaving out what is worth least. What is left out is said.

First the passages that were found last, down to the best three; then the oldest messages of the conversation; then all
passages but the best; then that one and the instructions are cut. The question stays whole as long as it fits at all.
"""

import json
from dataclasses import dataclass, replace

from agents.llm.port import ChatRequest
from agents.llm.prompt import prompt_of
from agents.llm.sizes import BYTES_PER_TOKEN, estimate_tokens

SPARE = 0.9  # what is reckoned may be a tenth too little
BEST = 3


@dataclass(frozen=True, slots=True)
class Packed:
    """`dropped`: what was left out, as {"what", "count" or "tokens"}; empty when all fits."""

    request: ChatRequest
    dropped: tuple[dict[str, object], ...] = ()


def size_of(request: ChatRequest) -> int:
    """Tokens of everything that is sent, reckoned."""
    prompt = prompt_of(request)
    parts = (prompt.system, *(json.dumps(each, ensure_ascii=False) for each in prompt.messages))
    return estimate_tokens(*parts, json.dumps(request.tools) if request.tools else "")


def pack(request: ChatRequest, *, window: int) -> Packed:
    """The request, or as much of it as fits beside the answer into `window` tokens."""
    room = int(window * SPARE) - request.max_output_tokens
    if size_of(request) <= room:
        return Packed(request)
    packed, kept = request, request
    while size_of(packed) > room:
        kept, packed = packed, _without_least(packed)
        if packed is kept:
            packed = _cut(packed, room)
            break
    return Packed(packed, tuple(_differences(request, packed)))


def _without_least(request: ChatRequest) -> ChatRequest:
    """The same with one thing less; the very same when nothing is left to leave out."""
    if len(request.passages) > BEST:
        return replace(request, passages=request.passages[:-1])
    if request.history:
        return replace(request, history=request.history[1:])
    if len(request.passages) > 1:
        return replace(request, passages=request.passages[:-1])
    return request


def _cut(request: ChatRequest, room: int) -> ChatRequest:
    """Texts are cut from their ends: the passage, the instructions, and the question last."""
    for name in ("passages", "instructions", "question"):
        over = (size_of(request) - room) * BYTES_PER_TOKEN
        if over <= 0:
            return request
        if name == "passages":
            passages = tuple(replace(each, text=_shorter(each.text, over)) for each in request.passages)
            request = replace(request, passages=passages)
        elif name == "instructions":
            request = replace(request, instructions=_shorter(request.instructions, over))
        else:
            request = replace(request, question=_shorter(request.question, over))
    return request


def _shorter(text: str, over: int) -> str:
    """Without so many bytes at its end; a character is never cut in two."""
    return text.encode()[: max(0, len(text.encode()) - over)].decode(errors="ignore")


def _differences(before: ChatRequest, after: ChatRequest) -> "list[dict[str, object]]":
    counts = {name: len(getattr(before, name)) - len(getattr(after, name)) for name in ("passages", "history")}
    found: list[dict[str, object]] = [{"what": name, "count": count} for name, count in counts.items() if count]
    texts = {
        "instructions": (before.instructions, after.instructions),
        "question": (before.question, after.question),
        "passage": ("".join(p.text for p in before.passages[:1]), "".join(p.text for p in after.passages[:1])),
    }
    for name, (whole, cut) in texts.items():
        if whole != cut:
            found.append({"what": name, "tokens": estimate_tokens(whole) - estimate_tokens(cut)})
    return found
