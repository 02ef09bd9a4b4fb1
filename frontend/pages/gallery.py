"""`/dev/gallery/`: every component of the design in its states, to look at while changing them."""

from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from frontend.icons import STROKES
from frontend.pages.mailbox import only_here
from frontend.waterfall import Step


@only_here
def show_gallery(request: HttpRequest) -> HttpResponse:
    first = datetime(2026, 3, 1, tzinfo=UTC)
    times = [int((first + timedelta(days=day)).timestamp()) for day in range(30)]
    values = [3 + day % 7 * 2 + day // 5 for day in range(30)]
    chart = {"times": times, "series": [{"label": "Conversations", "values": values}]}
    steps = [
        Step("root", "Answer", "invoke_agent", "other", 0, 0, 100, 0, 182_000, "ok", 0, 30, [("agent.version", "3")]),
        Step("find", "Find passages", "retrieval", "retrieval", 1, 4, 22, 7_000, 40_000, "ok", 0, 2, []),
        Step("model", "Model", "chat", "model", 1, 28, 66, 50_000, 120_000, "ok", 812, 28, [("model", "builtin")]),
        Step("check", "Check grounding", "rapport.grounding", "error", 1, 95, 4, 173_000, 8_000, "error", 0, 0, []),
    ]
    context = {"icons": sorted(STROKES), "chart": chart, "spark": values, "steps": steps, "section": "gallery"}
    return render(request, "dev/gallery.html", context)
