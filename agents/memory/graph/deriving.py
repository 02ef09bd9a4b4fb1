"""The graph from facts, and from what the tenant's own systems sent of companies, orders and products. Pure: the same
rows give the same graph, and without one of them everything that followed from it alone is gone.

What a contact says of its company is a fact of the contact; what the tenant's systems say of a company is followed only
where the same systems say that the contact belongs to it. Who claims to work somewhere learns nothing by it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from uuid import UUID

from agents.memory.chain import Assertion, intervals_of
from agents.memory.graph.model import CONTACT, Evidence, Graph, Node, Relation
from agents.memory.predicates import TRAIT, is_single_valued
from agents.memory.subjects import ROLES, Subject, apart, key_of

_EVER = datetime.min.replace(tzinfo=UTC)
_TARGETS = {
    "place": "place",
    "employer": "company",
    "order": "order",
    "plan": "value",
    "appointment": "event",
    "birthday": "event",
}
_OF_COMPANY = f"{TRAIT}company_"
_MOST_TRAITS = 20  # of a company


@dataclass(frozen=True, slots=True)
class Told:
    """A fact that holds or held, of whoever `predicate` names. `is_over`: another value took its place, the fact
    `ended_by`."""

    id: UUID
    contact_id: UUID
    predicate: str
    value: str
    valid_from: datetime | None
    valid_to: datetime | None
    precision: str = "moment"
    evidence: tuple[Evidence, ...] = ()
    ended_by: UUID | None = None

    @property
    def since(self) -> datetime:
        return self.valid_from or _EVER


@dataclass(frozen=True, slots=True)
class Membership:
    """That the tenant's own systems say that the contact belongs to a company."""

    company_id: str
    name: str
    since: datetime
    until: datetime | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class CompanyRecord:
    """What one event said of a company: each trait by its name."""

    event_id: UUID
    company_id: str
    traits: Mapping[str, str]
    occurred_at: datetime
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Purchase:
    """An order or a product that an event of the contact names; `within`: the order that a product is part of."""

    kind: str  # "order" or "product"
    key: str
    name: str
    at: datetime
    evidence: tuple[Evidence, ...]
    within: str = ""


@dataclass(slots=True)
class _Making:
    nodes: dict[str, Node] = field(default_factory=dict)
    relations: list[Relation] = field(default_factory=list)
    spelled: set[str] = field(default_factory=set)  # keys whose name somebody wrote; the others' is made of the key

    def node(self, kind: str, name: str, key: str = "") -> str:
        """The first spelling of a name stays."""
        node = Node(f"{kind}:{key or key_of(name)}", kind, name)
        if node.key not in self.spelled:
            self.spelled.add(node.key)
            self.nodes[node.key] = node
        return node.key

    def relate(self, source: str, kind: str, target: str, told: Told, *, valid_to: datetime | None = None) -> None:
        until = valid_to if valid_to is not None else told.valid_to
        ids = (told.valid_from, until, told.precision, told.id, told.evidence)
        self.relations.append(Relation(source, kind, target, *ids))


def derive(
    facts: Iterable[Told],
    *,
    name: str = "",
    memberships: Sequence[Membership] = (),
    records: Sequence[CompanyRecord] = (),
    purchases: Sequence[Purchase] = (),
) -> Graph:
    """`name`: the contact's, as it is shown."""
    making = _Making({CONTACT: Node(CONTACT, "contact", name)})
    told = sorted(_one_after_the_other(list(facts)), key=lambda each: (each.since, str(each.id)))
    _own(making, told)
    _belonging(making, memberships)
    _of_others(making, told)
    _companies(making, memberships, records)
    _purchases(making, purchases)
    return Graph(making.nodes, making.relations)


def _one_after_the_other(facts: list[Told]) -> Iterable[Told]:
    """Of what several contacts who are one were known by apart, where one value may stand, the next one ends it."""
    chains: dict[str, list[Told]] = {}
    for each in sorted(facts, key=lambda each: each.since):
        chains.setdefault(each.predicate, []).append(each)
    for predicate, chain in chains.items():
        is_mixed = is_single_valued(predicate) and len({each.contact_id for each in chain}) > 1
        for number, each in enumerate(chain):
            later = next((other.since for other in chain[number + 1 :] if other.since > each.since), None)
            ends = later is not None and is_mixed and (each.valid_to is None or each.valid_to > later)
            yield replace(each, valid_to=later) if ends else each


def _own(making: _Making, told: Iterable[Told]) -> None:
    """What the contact has itself to do with, and who is what to it."""
    for each in told:
        predicate, subject = apart(each.predicate)
        kind = "employer" if predicate == f"{TRAIT}company" else predicate
        if predicate.startswith(_OF_COMPANY):
            continue  # the events that say it are read as the company's own
        if subject is None and (target := _TARGETS.get(kind) or _trait(predicate)):
            making.relate(CONTACT, kind.removeprefix(TRAIT), making.node(target, each.value), each)
        elif predicate == "name" and subject is not None and subject.kind == "role":
            making.relate(CONTACT, subject.key, making.node("person", each.value), each)


def _trait(predicate: str) -> str:
    return "value" if predicate.startswith(TRAIT) else ""


def _of_others(making: _Making, told: Sequence[Told]) -> None:
    others = [(each, subject) for each in told for _, subject in [apart(each.predicate)] if subject is not None]
    kept = {each.id: _bearer(making, each, subject) for each, subject in others if each.predicate[:5] != "name@"}
    for each, subject in others:
        if (source := kept.get(each.id)) is not None:
            predicate, _ = apart(each.predicate)
            target = making.node(_TARGETS.get(predicate, "value"), each.value)
            if not source.startswith("role:"):
                making.relate(source, predicate, target, _until(each, kept))
                continue
            making.nodes.setdefault(source, Node(source, _kind_of(subject), subject.key, is_named=False))
            making.relate(CONTACT, subject.key, source, each)
            making.relate(source, predicate, target, each)


def _until(each: Told, kept: Mapping[UUID, str]) -> Told:
    """What is said of "my company" ends what was said of it before, not what was said of another company that it was
    then."""
    if each.ended_by is not None and kept.get(each.ended_by, kept[each.id]) != kept[each.id]:
        return replace(each, valid_to=None)
    return each


def _kind_of(subject: Subject) -> str:
    return "company" if subject.key == "employer" else "person"


def _bearer(making: _Making, told: Told, subject: Subject) -> str:
    """Of whom it is said. Of "my company": whichever the contact worked for when it was said, else the first one after;
    of "my sister": whoever is the only one. Without a name it is a node by itself."""
    if subject.kind != "role":
        making.nodes.setdefault(str(subject), Node(str(subject), subject.kind, subject.key.title()))
        return str(subject)
    held = [each for each in making.relations if each.source == CONTACT and each.kind == subject.key]
    held = [each for each in held if not each.target.startswith("role:")]
    then = {each.target for each in held if each.holds_at(told.since)}
    if not then:
        later = sorted((each for each in held if (each.valid_from or _EVER) > told.since), key=_begins)
        then = {each.target for each in later[:1]} if subject.key in ROLES else set()
    return then.pop() if len(then) == 1 else f"role:{subject.key}"


def _begins(relation: Relation) -> datetime:
    return relation.valid_from or _EVER


def _belonging(making: _Making, memberships: Iterable[Membership]) -> None:
    for each in memberships:
        company = making.node("company", each.name or each.company_id)
        if any((one.source, one.kind, one.target) == (CONTACT, "employer", company) for one in making.relations):
            continue  # a fact says so
        relation = Relation(CONTACT, "employer", company, each.since, each.until, "moment", None, each.evidence)
        making.relations.append(relation)


def _companies(making: _Making, memberships: Iterable[Membership], records: Sequence[CompanyRecord]) -> None:
    keys = {each.company_id: making.node("company", each.name or each.company_id) for each in memberships}
    traits: dict[tuple[str, str], list[Assertion]] = {}
    for record in records:
        if record.company_id in keys:
            for name, value in list(record.traits.items())[:_MOST_TRAITS]:
                said = Assertion(record.event_id, value, record.occurred_at, record.received_at)
                traits.setdefault((keys[record.company_id], name), []).append(said)
    for (company, name), told in traits.items():
        for interval in intervals_of(told, is_single_valued=True):
            evidence = tuple(
                Evidence("record", f"{name.replace('_', ' ')}: {each.value}", each.said_at, event_id=each.id)
                for each in interval.sources
            )
            target = making.node(_TARGETS.get(name, "value"), interval.value)
            span = (interval.valid_from, interval.valid_to, interval.precision)
            making.relations.append(Relation(company, name, target, *span, None, evidence))


def _purchases(making: _Making, purchases: Iterable[Purchase]) -> None:
    for each in purchases:
        target = making.node(each.kind, each.name or each.key, key_of(each.key))
        source, kind = (f"order:{key_of(each.within)}", "contains") if each.within else (CONTACT, "order")
        relation = Relation(source, kind, target, each.at, None, "moment", None, each.evidence)
        known = {(one.source, one.kind, one.target) for one in making.relations}
        if (source, kind, target) not in known:
            making.relations.append(relation)
