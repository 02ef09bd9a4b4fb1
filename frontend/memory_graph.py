"""A contact's graph of memory as a picture: the contact at the left, what it has to do with in a column beside it, and
what that has to do with in the next. The same as a list is read by screen readers, and on a phone."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext

from agents.memory.graph.model import CONTACT, Graph, Node, Relation
from frontend.memory_words import kind_words
from frontend.phrases import phrase
from rapport.ids import Prefix, encode

MOST_NODES = 40
_WIDTH, _HEIGHT = 168, 34  # of a box
_ACROSS, _DOWN = 296, 48  # from box to box
_AROUND = 44  # how far a wire goes around
_LONGEST = 22  # characters of a name in a box
_WORDS = {"employer": phrase("works for"), "contains": phrase("contains"), "order": phrase("ordered")}


@dataclass(frozen=True, slots=True)
class Box:
    node: Node
    x: int
    y: int
    href: str

    @property
    def text(self) -> str:
        name = _name(self.node)
        return f"{name[: _LONGEST - 1]}…" if len(name) > _LONGEST else name

    @property
    def middle(self) -> int:
        return self.y + _HEIGHT // 2 + 4


@dataclass(frozen=True, slots=True)
class Wire:
    """`path`: as SVG writes it; the words end, or begin, at `x` and `y`."""

    path: str
    words: str
    x: int
    y: int
    anchor: str = "end"


@dataclass(frozen=True, slots=True)
class Branch:
    """A relation in the list, and what goes on from its end. `href`: to what says it, on the page."""

    words: str
    name: str
    kind: str
    relation: Relation
    href: str
    branches: "list[Branch]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class GraphPicture:
    width: int
    height: int
    boxes: Sequence[Box]
    wires: Sequence[Wire]
    branches: Sequence[Branch]
    box_width: int = _WIDTH
    box_height: int = _HEIGHT
    left_out: int = 0


def picture_of(graph: Graph, at: datetime) -> GraphPicture | None:
    """What held at `at`; None where that is nothing."""
    held = graph.held_at(at)
    if not held.relations:
        return None
    columns = _columns(held)
    shown = {key for column in columns for key in column}
    relations = [each for each in held.relations if each.source in shown and each.target in shown]
    hrefs = {each.target: _href(each) for each in reversed(relations)}
    boxes = {box.node.key: box for box in _boxes(held, columns, hrefs)}
    height = max((box.y for box in boxes.values()), default=0) + _HEIGHT + 8
    width = (len(columns) - 1) * _ACROSS + _WIDTH + 2 * _AROUND
    wires = list(_wires(relations, boxes))
    branches = _branches(held, CONTACT, relations, {CONTACT})
    return GraphPicture(width, height, list(boxes.values()), wires, branches, left_out=len(held.nodes) - len(shown))


def _columns(graph: Graph) -> list[list[str]]:
    """Keys by how many relations they are away, each under what leads to it, as many as are shown."""
    columns, known = [[CONTACT]], {CONTACT}
    while columns[-1] and len(known) < MOST_NODES:
        found = [each.target for key in columns[-1] for each in graph.relations if each.source == key]
        fresh = [key for key in dict.fromkeys(found) if key not in known][: MOST_NODES - len(known)]
        known.update(fresh)
        columns.append(fresh)
    return [column for column in columns if column]


def _boxes(graph: Graph, columns: Sequence[Sequence[str]], hrefs: dict[str, str]) -> Iterator[Box]:
    tallest = max(len(column) for column in columns)
    for number, column in enumerate(columns):
        top = 4 + (tallest - len(column)) * _DOWN // 2
        for place, key in enumerate(column):
            yield Box(graph.nodes[key], 4 + number * _ACROSS, top + place * _DOWN, hrefs.get(key, ""))


def _wires(relations: Sequence[Relation], boxes: dict[str, Box]) -> Iterator[Wire]:
    for each in relations:
        source, target = boxes[each.source], boxes[each.target]
        x1, y1 = source.x + _WIDTH, source.y + _HEIGHT // 2
        x2, y2 = target.x, target.y + _HEIGHT // 2
        words = words_of(each, source.node)
        if x2 > x1:
            bend = (x2 - x1) // 2
            yield Wire(f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}", words, x2 - 6, y2 - 6)
        else:  # back, or within a column: around the right
            x2, around = x2 + _WIDTH, max(x1, x2 + _WIDTH) + _AROUND
            path = f"M{x1} {y1}C{around} {y1} {around} {y2} {x2} {y2}"
            yield Wire(path, words, around - 8, (y1 + y2) // 2 + 4, "start")


def _branches(graph: Graph, key: str, relations: Sequence[Relation], above: set[str]) -> list[Branch]:
    source = graph.nodes[key]
    return [
        Branch(
            words_of(each, source),
            _name(graph.nodes[each.target]),
            graph.nodes[each.target].kind,
            each,
            _href(each),
            _branches(graph, each.target, relations, above | {each.target}),
        )
        for each in relations
        if each.source == key and each.target not in above
    ]


def words_of(relation: Relation, source: Node) -> str:
    if relation.kind == "place":
        return gettext("is in") if source.kind == "company" else gettext("lives in")
    return _WORDS.get(relation.kind, kind_words(relation.kind))


def _name(node: Node) -> str:
    if node.key == CONTACT:
        return node.name or gettext("This person")
    return node.name if node.is_named else _unnamed(node.name)


def _href(relation: Relation) -> str:
    if relation.fact_id is not None:
        return f"#f-{encode(Prefix.FACT, relation.fact_id)}"
    event = next((each.event_id for each in relation.evidence if each.event_id), None)
    return f"#e-{encode(Prefix.EVENT, event)}" if event else ""


def _unnamed(kind: str) -> str:
    return gettext("their %(kind)s") % {"kind": gettext("company") if kind == "employer" else kind_words(kind)}
