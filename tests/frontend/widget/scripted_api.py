"""The API as the widget's contract has it, with faults on demand: what a question says decides what goes wrong.

It stands in for the real API only to break in ways that the real one cannot be made to break. State is per process.
"""

import itertools
import json
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

ANSWER = (
    "You can return unworn boots within **30 days** [1]. Refunds take *five* days [2].\n\n"
    "- Keep the box\n- Print the label\n\n<img src=x onerror=alert(1)> [bad](javascript:alert(1))"
)
CITATIONS = [
    {
        "marker": 1,
        "title": "Returns and refunds",
        "url": "https://shop.example/returns",
        "quote": "Unworn boots can be returned within 30 days of delivery, in their box.",
        "document_id": "doc_1",
    },
    {
        "marker": 2,
        "title": "Payments",
        "url": None,
        "quote": "Refunds arrive within five days.",
        "document_id": "doc_2",
    },
]


@dataclass
class Script:
    """What happened so far; a test reads it and starts with a new one."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)  # name and bytes, by id
    removed: list[str] = field(default_factory=list)
    keys: dict[str, dict[str, str]] = field(default_factory=dict)  # Idempotency-Key → what was answered
    questions: dict[str, str] = field(default_factory=dict)  # turn → question
    calls: Counter[str] = field(default_factory=Counter)
    sent_keys: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)  # contacts
    taken_up: list[str] = field(default_factory=list)  # proactive messages, "" for none
    pages: list[Any] = field(default_factory=list)  # what the page said, None for nothing
    resumed_from: list[str] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    ratings: list[dict[str, str] | None] = field(default_factory=list)
    sessions: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    state: str = "agent"  # of the conversation; "waiting" once a question asks for a person
    reply_to: str = ""
    refused_tokens: set[str] = field(default_factory=set)
    may_go_on: threading.Event = field(
        default_factory=threading.Event
    )  # "wait" answers stop before their end until set


script = Script()
_numbers = itertools.count(1)


def start_over() -> Script:
    global script  # noqa: PLW0603 - the views below belong to one running server
    script.may_go_on.set()
    script = Script()
    return script


def _error(status: int, code: str, message: str) -> JsonResponse:
    body = {"type": "api_error", "code": code, "message": message, "param": None, "request_id": "req_1"}
    return JsonResponse({"error": body}, status=status)


def _is_refused(request: HttpRequest) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return not token or token in script.refused_tokens


@csrf_exempt
def sessions(request: HttpRequest) -> HttpResponse:
    body = json.loads(request.body)
    script.sessions.append(body)
    agent = {
        "id": "agt_1",
        "name": "Fjell & Sko",
        "greeting": "Hello! I know our **boots**, orders and returns. What can I do for you?",
        "suggested_questions": ["How do I return my boots?", "Where is my order?", "Which size fits me?"],
        "color": "#0f766e",
    }
    expires = (timezone.now() + timedelta(hours=1)).isoformat()
    token = f"token-{next(_numbers)}"
    script.tokens.append(token)
    identity = body.get("identity", "")
    if identity == "wrong":
        return _error(400, "identity_invalid", "The signature is wrong.")
    who = {"contact_id": f"con_{identity or token}", "is_identified": bool(identity)}
    answer = {"token": token, "expires_at": expires, "agent": agent, "conversation_id": None, **who}
    return JsonResponse(answer, status=201)


@csrf_exempt
def conversations(request: HttpRequest) -> HttpResponse:
    script.calls["conversations"] += 1
    return JsonResponse({"id": "cnv_1"}, status=201)


def one_conversation(request: HttpRequest, conversation: str) -> HttpResponse:
    return JsonResponse({"id": conversation, "reply_to": script.reply_to, "refuses_mail": False})


def hear(request: HttpRequest, conversation: str) -> HttpResponse | StreamingHttpResponse:
    if script.state == "agent":
        return _error(404, "not_found", "There is no such stream.")
    data = json.dumps({"state": script.state, "messages": len(script.messages)})
    return StreamingHttpResponse([f"event: changed\ndata: {data}\n\n"], content_type="text/event-stream")


@csrf_exempt
def reply_address(request: HttpRequest, conversation: str) -> HttpResponse:
    """What has no dot after its @ is refused, as the server does."""
    email = json.loads(request.body)["email"] if request.method == "PUT" else ""
    if email and "." not in email.partition("@")[2]:
        return _error(400, "invalid_reply_address", "Write an e-mail address.")
    script.reply_to = email
    if email:
        _add(f"msg_s{next(_numbers)}", "system", f"Thank you. The team will write to {email}.", "", [])
    return HttpResponse(status=204)


@csrf_exempt
def messages(request: HttpRequest, conversation: str) -> HttpResponse:
    if _is_refused(request):
        return _error(401, "not_authenticated", "The session has ended.")
    if request.method == "GET":
        return JsonResponse({"data": script.messages, "has_more": False, "next_cursor": None})
    body = json.loads(request.body)
    script.taken_up.append(body.get("proactive", ""))
    script.pages.append(body.get("page_context"))
    if body.get("attachments"):
        return _take_files(body, request.headers["Idempotency-Key"])
    return _take(body["text"], request.headers["Idempotency-Key"])


def _take_files(body: dict[str, Any], key: str) -> HttpResponse:
    """A message without words says the names of its files."""
    files = [_shown(each) for each in body["attachments"]]
    accepted = _take(body["text"] or ", ".join(str(each["name"]) for each in files), key)
    script.messages[-1]["attachments"] = files
    return accepted


def _shown(file: str) -> dict[str, Any]:
    name, content = script.files[file]
    return {"id": file, "name": name, "size_bytes": len(content), "is_picture": name.endswith(".png")}


@csrf_exempt
def attachments(request: HttpRequest, conversation: str) -> HttpResponse:
    """What is called "flaky" comes through the second time, "strange" not at all."""
    file, key = request.FILES["file"], request.headers["Idempotency-Key"]
    assert not isinstance(file, list)
    script.calls[f"upload {key}"] += 1
    name = str(file.name)
    if "flaky" in name and script.calls[f"upload {key}"] == 1:
        return _error(503, "unavailable", "Busy.")
    if "strange" in name:
        return _error(415, "attachment_kind", "Files of this kind cannot be sent here.")
    kept = f"att_{next(_numbers)}"
    script.files[kept] = (name, file.read())
    return JsonResponse(_shown(kept), status=201)


@csrf_exempt
def attachment(request: HttpRequest, file: str) -> HttpResponse:
    script.removed.append(file)
    return HttpResponse(status=204)


def content(request: HttpRequest, file: str) -> HttpResponse:
    if _is_refused(request):
        return _error(401, "not_authenticated", "The session has ended.")
    name, held = script.files[file]
    return HttpResponse(held, content_type="image/png" if name.endswith(".png") else "text/plain")


def _take(text: str, key: str) -> HttpResponse:
    script.sent_keys.append(key)
    if "person" in text:
        script.state = "waiting"
        number = next(_numbers)
        _add(f"msg_q{number}", "contact", text, "", [])
        return JsonResponse({"message_id": f"msg_q{number}", "turn_id": None, "stream_url": None}, status=202)
    if "refuse" in text:
        return _error(400, "message_too_strange", "We cannot take this message. Please write it in other words.")
    if "enough" in text:
        return _error(429, "visitor_budget_exhausted", "This visitor has asked as much as it may in a day.")
    if "busy" in text and len(script.sent_keys) < 3:
        if len(script.sent_keys) == 2:  # taken, but the answer to the call is lost on its way
            _accept(text, key)
        return _error(503, "unavailable", "Busy.")
    return JsonResponse(script.keys.get(key) or _accept(text, key), status=202)


def _accept(text: str, key: str) -> dict[str, str]:
    number = next(_numbers)
    turn = f"trn_{number}"
    _add(f"msg_q{number}", "contact", text, turn, [])
    script.questions[turn] = text
    script.keys[key] = {"message_id": f"msg_q{number}", "turn_id": turn, "stream_url": f"/v1/turns/{turn}/stream"}
    return script.keys[key]


def _add(message: str, role: str, text: str, turn: str, citations: list[dict[str, Any]]) -> dict[str, Any]:
    created = timezone.now().isoformat()
    row = {"id": message, "role": role, "text": text, "citations": citations, "created_at": created, "turn_id": turn}
    script.messages.append(row)
    return row


@csrf_exempt
def feedback(request: HttpRequest, message: str) -> HttpResponse:
    """Said of answers; the third word is lost."""
    said = json.loads(request.body) if request.method == "PUT" else None
    if len(script.ratings) == 2:
        script.ratings.append(None)
        return _error(503, "unavailable", "Busy.")
    script.ratings.append(said)
    row = next(each for each in script.messages if each["id"] == message)
    row["rating"] = said["rating"] if said else None
    return JsonResponse({"id": "fbk_1"}) if said else HttpResponse(status=204)


@csrf_exempt
def erasure(request: HttpRequest, contact: str) -> HttpResponse:
    """The first time it does not come through."""
    script.forgotten.append(contact)
    if len(script.forgotten) == 1:
        return _error(503, "unavailable", "Busy.")
    return JsonResponse({"id": "ers_1"}, status=202)


def stream(request: HttpRequest, turn: str) -> HttpResponse | StreamingHttpResponse:
    script.calls[f"stream {turn}"] += 1
    if _is_refused(request):
        return _error(401, "not_authenticated", "The session has ended.")
    question = script.questions[turn]
    if "gone" in question:
        _add(f"msg_a{turn}", "agent", "The answer was already there.", turn, [])
        return _error(404, "not_found", "There is no such stream.")
    after = int(request.headers.get("Last-Event-ID") or 0)
    script.resumed_from.append(str(after))
    return StreamingHttpResponse(_frames(turn, question, after), content_type="text/event-stream")


@csrf_exempt
def cancel(request: HttpRequest, turn: str) -> HttpResponse:
    script.cancelled.append(turn)
    script.may_go_on.set()
    return HttpResponse(status=202)


def _frames(turn: str, question: str, after: int) -> Iterator[str]:
    running = script
    for number, (event, data) in enumerate(_events(turn, question), start=1):
        if number <= after:
            continue
        if "wait" in question and number == 6:
            running.may_go_on.wait(20)
        if turn in running.cancelled:
            said = _add(f"msg_a{turn}", "agent", ANSWER[: 12 * (number - 3)].strip(), turn, [])
            yield f"id: {number}\nevent: done\ndata: {json.dumps({'message': said})}\n\n"
            return
        if "drop" in question and number == 7 and after < 6:
            return  # the connection ends in the middle of the answer
        is_end = event == "done"
        said = {"message": _add(f"msg_a{turn}", "agent", ANSWER, turn, CITATIONS)} if is_end else data
        yield f"id: {number}\nevent: {event}\ndata: {json.dumps(said)}\n\n"


def _events(turn: str, question: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "status", {"stage": "retrieval"}
    yield "status", {"stage": "model"}
    if "break" in question:
        yield "token", {"text": "You can return "}
        yield "error", {"code": "model_unavailable", "message": "The model did not answer. Please ask again."}
        return
    for at in range(0, len(ANSWER), 12):
        yield "token", {"text": ANSWER[at : at + 12]}
    for citation in CITATIONS:
        yield "citation", citation
    yield "done", {}


def host_page(request: HttpRequest) -> HttpResponse:
    """A customer's page: hostile styles, a strict policy, and the one line. `app` and `key` say whose widget; with
    `nonce` no host is allowed but that one script."""
    app, key, nonce = request.GET["app"], request.GET["key"], request.GET.get("nonce", "")
    extra = f'data-theme="{request.GET.get("theme", "")}" nonce="{nonce}"'
    allowed = f"'nonce-{nonce}'" if nonce else app
    response = HttpResponse(
        f"""<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Fjell &amp; Sko</title><link rel="stylesheet" href="/hostile.css"></head>
        <body><h1>Fjell &amp; Sko</h1><p>Boots for wet mountains.</p>
        <script async src="{app}/widget.js" data-key="{key}" {extra}></script></body></html>"""
    )
    response["Content-Security-Policy"] = f"default-src 'none'; style-src 'self'; script-src {allowed}; frame-src {app}"
    response["Referrer-Policy"] = "no-referrer"
    return response


def element_page(request: HttpRequest) -> HttpResponse:
    """A customer's page with the element; `app`, `key` and `attributes` say which."""
    app, key = request.GET["app"], request.GET["key"]
    response = HttpResponse(
        f"""<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Fjell &amp; Sko</title><link rel="stylesheet" href="/hostile.css"></head>
        <body><h1>Fjell &amp; Sko</h1><rapport-chat widget-key="{key}" {request.GET["attributes"]}></rapport-chat>
        <p id="after">Boots.</p><script async src="{app}/rapport-chat.js"></script></body></html>"""
    )
    response["Content-Security-Policy"] = f"default-src 'none'; style-src 'self'; script-src {app}; frame-src {app}"
    return response


def hostile_css(request: HttpRequest) -> HttpResponse:
    rules = "* { font: 30px serif !important; margin: 9px } button, iframe { display: none !important; width: 7px }"
    return HttpResponse(rules, "text/css")


urlpatterns = [
    path("v1/widget/sessions", sessions),
    path("v1/conversations", conversations),
    path("v1/conversations/<str:conversation>/messages", messages),
    path("v1/conversations/<str:conversation>", one_conversation),
    path("v1/conversations/<str:conversation>/attachments", attachments),
    path("v1/attachments/<str:file>", attachment),
    path("v1/attachments/<str:file>/content", content),
    path("v1/conversations/<str:conversation>/stream", hear),
    path("v1/conversations/<str:conversation>/reply-address", reply_address),
    path("v1/messages/<str:message>/feedback", feedback),
    path("v1/contacts/<str:contact>/erasure", erasure),
    path("v1/turns/<str:turn>/stream", stream),
    path("v1/turns/<str:turn>/cancel", cancel),
    path("host/", host_page),
    path("element/", element_page),
    path("hostile.css", hostile_css),
    path("", include("frontend.widget_urls")),
]
