"""Contacts' relations in the graph: what the rows say, made again and mended, and gone with what they say."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from ingestion.contacts.graph import project_contacts
from ingestion.contacts.merging import merge_contacts, unmerge_contact
from ingestion.graph.port import GraphCounts
from ingestion.models import Contact, ContactRelation
from ingestion.projections.findings import Kind
from ingestion.projections.rebuild import rebuild
from ingestion.projections.reconcile import OF_STORE, compare
from ingestion.projections.steps import Task
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tests.ingestion.incoming.sending import NOON, Json, message, tell
from tests.ingestion.knowledge import Knowledge

pytestmark = pytest.mark.django_db

TOLD: Sequence[Json] = (
    message("group", userId="u1", groupId="fjell", traits={"name": "Fjell AS"}),
    message("page", minutes=1, userId="u1", name="Boots", properties={"url": "https://shop.example/boots?utm=x#top"}),
    message("track", minutes=2, userId="u1", event="Product Viewed", properties={"product_id": "B-1", "name": "Boots"}),
    message("track", minutes=3, userId="u1", event="Order Completed", properties={"products": [{"product_id": "B-1"}]}),
    message("track", minutes=4, userId="u1", event="Order Completed", properties={"products": [{"product_id": "B-1"}]}),
    message("group", minutes=5, userId="u2", groupId="fjell"),
)


def told(acme: Knowledge) -> tuple[UUID, UUID]:
    """Two contacts of one company, and the graph as it should be."""
    tell(acme.tenant_id, *TOLD)
    with tenant_scope(acme.tenant_id):
        first, second = (Contact.objects.get(external_id=each).id for each in ("u1", "u2"))
    project_contacts(acme.tenant_id, [first, second], acme.stores.graph)
    return first, second


def near(acme: Knowledge, key: str, hops: int = 1) -> list[str]:
    return sorted(each.node.key for each in acme.stores.graph.neighbours(acme.tenant_id, [key], hops=hops))


def test_rows_say_since_when_how_often_and_by_which_event(acme: Knowledge) -> None:
    first, _ = told(acme)
    with tenant_scope(acme.tenant_id):
        rows = ContactRelation.objects.filter(contact_id=first).order_by("kind", "target_key")
        assert [(row.kind, row.target_key, row.times) for row in rows] == [
            ("belongs_to", "fjell", 1),
            ("ordered", "B-1", 2),
            ("viewed", "B-1", 1),
            ("viewed", "https://shop.example/boots", 1),
        ]
        ordered = rows.get(kind="ordered")
        assert ((ordered.valid_from - NOON).seconds, (ordered.last_at - NOON).seconds) == (180, 240)
        assert ordered.event is not None
        assert ordered.event.occurred_at == ordered.last_at


def test_the_graph_holds_them_and_nobodys_name(acme: Knowledge) -> None:
    first, second = told(acme)
    assert near(acme, f"contact:{first}") == ["company:fjell", "product:B-1", "url:https://shop.example/boots"]
    assert f"contact:{second}" in near(acme, f"contact:{first}", hops=2)
    (node,) = acme.stores.graph.find(acme.tenant_id, [f"contact:{first}"]).values()
    assert node.name.startswith("con_")
    with tenant_scope(acme.tenant_id):
        ids = set(ContactRelation.objects.filter(contact_id=first).values_list("id", flat=True))
    assert acme.stores.graph.contents_of_versions(acme.tenant_id, [first])[first].edge_ids == ids


def test_a_page_that_was_viewed_is_the_page_that_is_known(acme: Knowledge) -> None:
    acme.ingest("boots.md", "# Boots\n\nSee [the shop](https://shop.example/boots).")
    first, _ = told(acme)
    reached = near(acme, f"contact:{first}", hops=2)
    assert any(key.startswith("page:") for key in reached)


def test_who_are_one_are_linked_until_it_is_taken_back(acme: Knowledge) -> None:
    first, second = told(acme)
    merge_contacts(tenant_id=acme.tenant_id, contact_id=second, into_id=first, actor=SYSTEM)
    project_contacts(acme.tenant_id, [second], acme.stores.graph)
    assert f"contact:{first}" in near(acme, f"contact:{second}")
    unmerge_contact(tenant_id=acme.tenant_id, contact_id=second, actor=SYSTEM)
    project_contacts(acme.tenant_id, [second], acme.stores.graph)
    assert near(acme, f"contact:{second}") == ["company:fjell"]


def test_an_emptied_graph_is_found_and_mended_and_rebuilt(acme: Knowledge) -> None:
    first, second = told(acme)
    graph, task = acme.stores.graph, Task(acme.tenant_id, acme.stores, mends=True)
    before = graph.contents_of_versions(acme.tenant_id, [first, second])
    graph.delete_versions(acme.tenant_id, [(first, first)])
    found = compare(task, OF_STORE["graph"])
    assert found.found[Kind.EDGES_MISSING] == 4
    assert graph.contents_of_versions(acme.tenant_id, [first, second]) == before
    assert not compare(task, OF_STORE["graph"]).found
    graph.delete_tenant(acme.tenant_id)
    rebuild("graph", acme.tenant_id, acme.stores, on_progress=lambda _: None)
    assert graph.contents_of_versions(acme.tenant_id, [first, second]) == before


def test_whose_rows_are_gone_leaves_the_graph(acme: Knowledge) -> None:
    first, second = told(acme)
    with tenant_scope(acme.tenant_id):
        Contact.objects.get(id=first).delete()
    project_contacts(acme.tenant_id, [first, second], acme.stores.graph)
    assert acme.stores.graph.counts(acme.tenant_id) == GraphCounts(2, 1)
    with tenant_scope(acme.tenant_id):
        Contact.objects.get(id=second).delete()
    found = compare(Task(acme.tenant_id, acme.stores, mends=True), OF_STORE["graph"])
    assert found.found == {Kind.VERSIONS_LEFT_OVER: 1}
    assert acme.stores.graph.counts(acme.tenant_id) == GraphCounts(0, 0)


def test_a_strangers_contacts_are_not_ours(acme: Knowledge, stranger: Knowledge) -> None:
    first, _ = told(acme)
    project_contacts(stranger.tenant_id, [first], stranger.stores.graph)
    assert stranger.stores.graph.counts(stranger.tenant_id) == GraphCounts(0, 0)
