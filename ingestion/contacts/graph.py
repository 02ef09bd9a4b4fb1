"""What contacts have to do with companies, pages and products, as a graph: a projection of `ContactRelation`, each
contact's part under its own id. An edge's id is its relation's, where since when and by which event it holds is said.

Nobody's name goes into it: a contact is its public id there.
"""

from collections.abc import Sequence
from uuid import UUID, uuid5

from django.db.models import Q, QuerySet

from ingestion.graph.port import Edge, GraphStore, Node, VersionContents, VersionNodes
from ingestion.models import Contact, ContactRelation
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tenants.privacy.suppression import is_contact_erased

EMPTY = VersionContents(frozenset(), frozenset())


def list_related(tenant_id: UUID, *, after: UUID | None, limit: int) -> list[UUID]:
    """Contacts of whom the graph should hold something, in the order of their ids, beginning after `after`."""
    with tenant_scope(tenant_id):
        rows = _related()
        rows = rows.filter(id__gt=after) if after else rows
        return list(rows.order_by("id").values_list("id", flat=True)[:limit])


def related_among(contact_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these ids that are contacts of whom the graph should hold something. In the caller's scope."""
    return set(_related().filter(id__in=contact_ids).values_list("id", flat=True))


def _related() -> QuerySet[Contact]:
    related = ContactRelation.objects.filter(valid_to=None).values("contact_id")
    return Contact.objects.filter(Q(id__in=related) | Q(merged_into__isnull=False))


def graphs_of(tenant_id: UUID, contact_ids: Sequence[UUID]) -> list[VersionNodes]:
    """What the graph should hold of each of these who exist; of some that is nothing."""
    with tenant_scope(tenant_id):
        merged = dict(Contact.objects.filter(id__in=contact_ids).values_list("id", "merged_into_id"))
        relations: dict[UUID, list[ContactRelation]] = {each: [] for each in merged}
        for row in ContactRelation.objects.filter(contact_id__in=list(merged), valid_to=None).order_by("id"):
            relations[row.contact_id].append(row)
    return [_graph(contact_id, relations[contact_id], merged[contact_id]) for contact_id in merged]


def _graph(contact_id: UUID, relations: Sequence[ContactRelation], merged_into: UUID | None) -> VersionNodes:
    me = _person(contact_id)
    nodes, edges = {me.key: me}, []
    for row in relations:
        target = _target(row)
        nodes[target.key] = target
        edges.append(Edge(row.id, me.key, target.key, row.kind, float(row.times)))
    if merged_into is not None:
        other = _person(merged_into)
        nodes[other.key] = other
        edges.append(Edge(uuid5(contact_id, other.key), me.key, other.key, "same_as"))
    return VersionNodes(contact_id, contact_id, list(nodes.values()) if edges else [], edges)


def _person(contact_id: UUID) -> Node:
    return Node(f"contact:{contact_id}", "contact", encode(Prefix.CONTACT, contact_id))


def _target(row: ContactRelation) -> Node:
    """An address is called by itself, as documents call it: the node is shared with them."""
    name = row.target_key if row.target_kind == "url" else row.name or row.target_key
    return Node(f"{row.target_kind}:{row.target_key}", row.target_kind, name)


def project_contacts(tenant_id: UUID, contact_ids: Sequence[UUID], graph: GraphStore) -> None:
    """Bring the graph to what the rows say of these contacts; again changes nothing. Raises what the store raises."""
    wanted = {each.version_id: each for each in graphs_of(tenant_id, contact_ids) if each.edges}
    held = graph.contents_of_versions(tenant_id, contact_ids)
    for contact_id, one in wanted.items():
        extra = held.get(contact_id, EMPTY).edge_ids - {edge.id for edge in one.edges}
        if extra:
            graph.delete_edges(tenant_id, contact_id, sorted(extra))
    graph.upsert_versions(tenant_id, list(wanted.values()))
    _remove(tenant_id, [each for each in contact_ids if each not in wanted and held.get(each, EMPTY) != EMPTY], graph)
    _remove(tenant_id, _erased(tenant_id, list(wanted)), graph)  # while it was written


def _remove(tenant_id: UUID, contact_ids: Sequence[UUID], graph: GraphStore) -> None:
    if contact_ids:
        graph.delete_versions(tenant_id, [(each, each) for each in contact_ids])


def _erased(tenant_id: UUID, contact_ids: Sequence[UUID]) -> list[UUID]:
    with tenant_scope(tenant_id):
        there = set(Contact.objects.filter(id__in=contact_ids).values_list("id", flat=True))
        return [each for each in contact_ids if each not in there or is_contact_erased(each)]
