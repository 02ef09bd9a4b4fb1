"""A change for each path; long texts are compared by words, and either text can be read from the pieces."""

from typing import Any

from agents.configuration import read_document
from agents.configuration.comparing import compare

Json = dict[str, Any]


def changes(before: Json, after: Json) -> list[tuple[str, str, object, object]]:
    found = compare(read_document(before), read_document(after))
    return [(each.path, each.kind, each.before, each.after) for each in found]


def test_equal_ones_differ_in_nothing() -> None:
    assert changes({"appearance": {"name": "Ada"}}, {"appearance": {"name": "Ada"}}) == []


def test_each_setting_is_told_by_its_path() -> None:
    before = {"appearance": {"name": "Ada", "suggested_questions": ["a"]}, "knowledge": {"arms": {"graph": 0.5}}}
    after = {"appearance": {"name": "Eve", "suggested_questions": ["b", "c"]}, "budget": {"turn_micros": 5}}
    assert changes(before, after) == [
        ("appearance.name", "changed", "Ada", "Eve"),
        ("appearance.suggested_questions", "changed", ["a"], ["b", "c"]),
        ("knowledge.arms.graph", "changed", 0.5, 1.0),
        ("budget.turn_micros", "changed", None, 5),
    ]


def test_lists_of_objects_are_compared_place_by_place() -> None:
    one, two = {"text": "One"}, {"text": "Two"}
    shorter = changes({"prompt": {"blocks": [one, two]}}, {"prompt": {"blocks": [two]}})
    assert [(path, kind) for path, kind, *_ in shorter] == [
        ("prompt.blocks.0.text", "changed"), ("prompt.blocks.1", "removed"),
    ]  # fmt: skip
    longer = changes({"prompt": {"blocks": [one]}}, {"prompt": {"blocks": [one, two]}})
    assert [(path, kind) for path, kind, *_ in longer] == [("prompt.blocks.1", "added")]


def test_variables_come_and_go() -> None:
    block = {"prompt": "tone", "label": "production", "variables": {"company": "Acme"}}
    found = changes({"prompt": {"blocks": [block]}}, {"prompt": {"blocks": [block | {"variables": {"city": "Ulm"}}]}})
    assert found == [
        ("prompt.blocks.0.variables.company", "removed", "Acme", None),
        ("prompt.blocks.0.variables.city", "added", None, "Ulm"),
    ]


def test_a_long_text_is_compared_by_words() -> None:
    old = "Answer from the passages you are given and cite them.\nBe brief and friendly, always."
    new = "Answer from the passages you are given and cite each of them.\nBe thorough and friendly, always."
    (change,) = compare(
        read_document({"prompt": {"instructions": old}}), read_document({"prompt": {"instructions": new}})
    )
    assert "".join(each.text for each in change.segments if each.op != "added") == old
    assert "".join(each.text for each in change.segments if each.op != "removed") == new
    assert [each.text.strip() for each in change.segments if each.op == "added"] == ["each of", "thorough"]
