"""The web process of `tests.benchmarks.api`: the product, and beside it the same work in plain Django views.

`BARE=django` serves the plain views alone, without any middleware: what Django itself and the work cost. `BARE=ours`
serves them by the product's handler, which does a request's work in one thread. The product's limits are raised, since
one caller calls as fast as it can; they are asked and counted as always.
"""

import json
import os

from rapport.asgi import application as application

if os.environ.get("BARE"):
    from collections.abc import Sequence
    from datetime import UTC, datetime
    from uuid import UUID

    from django.conf import settings
    from django.core.asgi import get_asgi_application
    from django.http import HttpRequest, JsonResponse
    from django.urls import clear_url_caches, path

    from agents.api.serializers.agents import AgentSerializer
    from agents.selectors import get_agent
    from ingestion.incoming.cloud import read_cloud_event
    from ingestion.incoming.intake import receive_events
    from rapport.handler import OneThreadHandler

    TENANT, AGENT = UUID(os.environ["BENCH_TENANT"]), UUID(os.environ["BENCH_AGENT"])

    def read_agent(request: HttpRequest) -> JsonResponse:
        return JsonResponse(AgentSerializer(get_agent(tenant_id=TENANT, agent_id=AGENT)).data)

    def take_events(request: HttpRequest) -> JsonResponse:
        now, body = datetime.now(UTC), json.loads(request.body)
        events: Sequence[object] = body if isinstance(body, list) else [body]
        taken = receive_events(
            tenant_id=TENANT, events=[read_cloud_event(each, received_at=now) for each in events], received_at=now
        )
        return JsonResponse({"accepted": taken.accepted, "duplicates": taken.duplicates}, status=202)

    urlpatterns = [path("agent", read_agent), path("events", take_events)]
    settings.MIDDLEWARE = []
    settings.ROOT_URLCONF = __name__
    clear_url_caches()
    application = OneThreadHandler() if os.environ["BARE"] == "ours" else get_asgi_application()
else:
    from importlib import import_module

    from rapport.ratelimits.buckets import Limit

    for module, name in (("authentication", "API"), ("views.incoming", "EVENTS")):
        vars(import_module(f"agents.api.{module}"))[name] = Limit(name.lower(), per_minute=10**8, burst=10**8)
