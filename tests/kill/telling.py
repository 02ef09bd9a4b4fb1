"""`python -m tests.kill.telling …`, each in a process of its own: a company whose shop sends events, and what
became of them. Prints JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

PEOPLE = 20


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "rapport.settings"
    import django

    django.setup()
    command, *words = sys.argv[1:]
    acts: dict[str, Callable[..., object]] = {"company": make, "tell": tell, "carry": carry, "report": report}
    act = acts[command]
    sys.stdout.write(json.dumps(act(*words)))


def make(email: str) -> dict[str, str]:
    from tenants.actors import SYSTEM
    from tenants.api_keys import create_api_key
    from tests.cast import make_company, make_user

    company = make_company("Acme", make_user(email), "https://shop.acme.example")
    key = create_api_key(tenant_id=company.tenant_id, name="Shop", scopes=["events.write"], actor=SYSTEM)
    return {"tenant": str(company.tenant_id), "key": key.secret}


def tell(key: str, start: str, stop: str) -> Any:
    """Each number is an order of one of the people, and a trait of that one."""
    from django.test import Client

    numbers = range(int(start), int(stop))
    calls = [call for number in numbers for call in (_order(number), _trait(number))]
    headers = {"Authorization": f"Bearer {key}"}
    answer = Client(SERVER_NAME="localhost").post(
        "/v1/batch", {"batch": calls}, content_type="application/json", headers=headers
    )
    assert answer.status_code == 200, answer.content
    return answer.json()


def carry() -> int:
    """Through the log, the inbox and the handlers, in this process, until nothing waits."""
    from rapport.events.inline import deliver_now
    from rapport.events.models import InboxEvent, OutboxEvent

    done, until = 0, time.monotonic() + 120
    quiet = 0  # what the broker has is not always at hand at once
    while quiet < 2 and time.monotonic() < until:
        moved = deliver_now()
        done += moved
        waits = OutboxEvent.objects.filter(published_at=None).exists()
        waits = waits or InboxEvent.objects.filter(state="pending").exists()
        quiet = 0 if moved or waits else quiet + 1
    return done


def _order(number: int) -> dict[str, object]:
    person = number % PEOPLE
    product = {"product_id": f"p{person}", "name": f"Product {person}"}
    return {
        "type": "track",
        "messageId": f"order-{number}",
        "userId": f"u{person}",
        "event": "Order Completed",
        "properties": {"products": [product]},
        "timestamp": f"2026-11-20T12:{number // 60 % 60:02}:{number % 60:02}Z",
    }


def _trait(number: int) -> dict[str, object]:
    return {**_order(number), "type": "identify", "messageId": f"trait-{number}", "traits": {"orders": number}}


def report(tenant: str) -> dict[str, object]:
    from uuid import UUID

    from agents.models import Fact, FactSource
    from ingestion.graph.registry import get_graph_store
    from ingestion.models import Contact, ContactEvent, ContactRelation
    from tenants.context import tenant_scope

    with tenant_scope(UUID(tenant)):
        counted: dict[str, object] = {
            "waiting": ContactEvent.objects.filter(handled_at=None).count(),
            "events": ContactEvent.objects.exclude(contact=None).count(),
            "contacts": Contact.objects.count(),
            "orders": sum(ContactRelation.objects.values_list("times", flat=True)),
            "sources": FactSource.objects.count(),
            "newest": sorted(
                int(each) for each in Fact.objects.filter(status="active").values_list("value", flat=True)
            ),
        }
    graph = get_graph_store()
    graph.prepare()
    held = graph.counts(UUID(tenant))
    return {**counted, "nodes": held.nodes, "edges": held.edges}


if __name__ == "__main__":
    main()
