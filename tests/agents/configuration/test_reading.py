"""A document is read whole or refused with the place of what is wrong; equal ones have one digest."""

from typing import Any

import pytest
from pydantic import ValidationError

from agents.configuration import AgentConfig, canonical_json, digest_of, merge_document, read_document, to_document
from agents.configuration.reading import check_document
from agents.errors import InvalidAgent

SECTIONS = {
    "appearance", "prompt", "models", "knowledge", "tools", "guardrails", "cache", "budget", "handoff", "voice",
    "judging", "analysis",
}  # fmt: skip


def test_nothing_said_is_a_sensible_agent_with_every_section() -> None:
    assert set(to_document(AgentConfig())) == SECTIONS
    assert read_document({}) == AgentConfig()


def test_a_document_survives_being_written_and_read() -> None:
    config = read_document(
        {
            "appearance": {"name": "Ada", "suggested_questions": ["One?", "Two?"]},
            "prompt": {"blocks": [{"text": "Be kind."}, {"prompt": "tone", "label": "production"}]},
            "knowledge": {"arms": {"graph": 0}},
            "handoff": {"office_hours": [{"day": "mon", "opens": "09:00", "closes": "24:00"}]},
        }
    )
    again = read_document(to_document(config))
    assert (again, digest_of(again)) == (config, digest_of(config))
    assert canonical_json(again) == canonical_json(config)


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"appearance": {"name": "  "}}, "appearance.name"),
        ({"appearance": {"name": "a\nb"}}, "appearance.name"),
        ({"appearance": {"color": "red"}}, "appearance.color"),
        ({"appearance": {"suggested_questions": ["?"] * 5}}, "appearance.suggested_questions"),
        ({"appearance": {"suggested_questions": ["fine?", "x" * 121]}}, "appearance.suggested_questions.1"),
        ({"prompt": {"instructions": "x" * 8001}}, "prompt.instructions"),
        ({"prompt": {"blocks": [{"text": "a"}, {}]}}, "prompt.blocks.1"),
        ({"prompt": {"blocks": [{"prompt": "tone"}]}}, "prompt.blocks.0"),
        ({"prompt": {"blocks": [{"prompt": "tone", "label": "a", "version": 1}]}}, "prompt.blocks.0"),
        ({"prompt": {"blocks": [{"text": "a", "variables": {"b": "c"}}]}}, "prompt.blocks.0"),
        ({"models": {"answer": []}}, "models.answer"),
        ({"models": {"effort": "some"}}, "models.effort"),
        ({"knowledge": {"passages": "10"}}, "knowledge.passages"),
        ({"knowledge": {"sources": ["doc_x"]}}, "knowledge.sources.0"),
        ({"tools": {"use": [{"tool": "search"}, {"tool": "search"}]}}, "tools"),
        ({"guardrails": {"minimum_grounding": 1.1}}, "guardrails.minimum_grounding"),
        ({"budget": {"turn_micros": -1}}, "budget.turn_micros"),
        ({"handoff": {"rules": [{"when": "phrase"}]}}, "handoff.rules.0"),
        ({"handoff": {"office_hours": [{"day": "mon", "opens": "9:00", "closes": "17:00"}]}}, "handoff.office_hours.0.opens"),  # noqa: E501
        ({"handoff": {"time_zone": "Mars/North"}}, "handoff.time_zone"),
        ({"handoff": {"fallback_email": "nobody"}}, "handoff.fallback_email"),
        ({"voice": {"speed": 9}}, "voice.speed"),
        ({"api_key": "x"}, "api_key"),
        ({"appearance": {"colour": "#000000"}}, "appearance.colour"),
        ([], None),
        ("text", None),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_path(document: Any, path: str | None) -> None:
    with pytest.raises(InvalidAgent) as caught:
        read_document(document)
    assert caught.value.param == path
    assert caught.value.message.endswith(".")


def test_everything_that_is_wrong_is_told_and_no_value_repeated() -> None:
    _, problems = check_document({"appearance": {"name": "quokka" * 20, "color": "quokka"}, "quokka": 1, "voice": 1})
    assert [each.path for each in problems] == ["appearance.name", "appearance.color", "voice", "quokka"]
    assert not any("quokka" in each.message for each in problems)


def test_a_part_is_laid_over_the_whole() -> None:
    document = {"a": {"b": 1, "c": [1, 2]}, "d": 2}
    assert merge_document(document, {"a": {"c": [3]}, "d": None, "e": {"f": None, "g": 1}}) == {
        "a": {"b": 1, "c": [3]}, "e": {"g": 1},
    }  # fmt: skip
    assert document == {"a": {"b": 1, "c": [1, 2]}, "d": 2}


def test_a_configuration_is_frozen() -> None:
    with pytest.raises(ValidationError):
        AgentConfig().appearance.name = "other"
