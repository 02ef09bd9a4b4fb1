"""One YAML file, both ways."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.configuration import AgentConfig, digest_of, read_document
from agents.configuration.files import MAX_CHARACTERS, Unreadable, read_file, write_file

TEXTS = st.text(max_size=60).map(lambda text: text.replace("\x00", ""))
BLOCKS = st.lists(st.builds(lambda text: {"text": f"{text}x"}, TEXTS), max_size=3)


@settings(max_examples=25, deadline=None)
@given(instructions=TEXTS, greeting=TEXTS, blocks=BLOCKS, mode=st.sampled_from(["on", "off", "shadow"]))
def test_what_is_read_back_is_what_was_written(instructions: str, greeting: str, blocks: list[Any], mode: str) -> None:
    config = read_document(
        {
            "appearance": {"greeting": greeting, "name": "no"},
            "prompt": {"instructions": instructions, "blocks": blocks, "variables": {"y": "1.0", "n": "null"}},
            "cache": {"mode": mode},
            "handoff": {"office_hours": [{"day": "mon", "opens": "09:00", "closes": "17:30"}]},
        }
    )
    again = read_document(read_file(write_file(config, sources={})).document)
    assert (again, digest_of(again)) == (config, digest_of(config))


def test_a_file_is_one_that_people_can_read_and_write() -> None:
    config = read_document({"prompt": {"instructions": "First.\nSecond."}})
    written = write_file(config, sources={})
    assert written.startswith("rapport_agent: 1\nagent:\n  appearance:\n    name: Assistant\n")
    assert "    instructions: |-\n      First.\n      Second.\n" in written
    by_hand = "rapport_agent: 1\nagent:\n  cache: {mode: off}\n  handoff:\n    office_hours:\n    - {day: mon, opens: 09:00, closes: 17:00}\n"  # noqa: E501
    document = read_file(by_hand).document
    assert document["cache"] == {"mode": "off"}
    assert document["handoff"]["office_hours"] == [{"day": "mon", "opens": "09:00", "closes": "17:00"}]
    assert read_document(document).cache.mode == "off"


def test_sources_are_named() -> None:
    one = "src_" + "0" * 26
    config = read_document({"knowledge": {"sources": [one]}})
    file = read_file(write_file(config, sources={one: "Handbook", "src_other": "Prices"}))
    assert file.sources == {one: "Handbook"}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("", "rapport_agent"),
        ("- a\n", "rapport_agent"),
        ("rapport_agent: 2\nagent: {}\n", "rapport_agent"),
        ("rapport_agent: 1\n", "agent"),
        ("rapport_agent: 1\nagent: {}\nkey: x\n", "key"),
        ("rapport_agent: 1\nsources: [a]\nagent: {}\n", "sources"),
        ("rapport_agent: 1\nagent: {a: 1, a: 2}\n", ""),
        ("rapport_agent: 1\nagent: &a {b: *a}\n", ""),
        ("rapport_agent: 1\nagent: {b: &x [1], c: *x}\n", ""),
        ("rapport_agent: 1\nagent: !!python/object/apply:os.system [ls]\n", ""),
        ("rapport_agent: 1\nagent: {a: !!binary aGk=}\n", ""),
        ("rapport_agent: 1\nagent: {a\n", ""),
        ("rapport_agent: 1\nagent: {a: \x07}\n", ""),
        ("[" * 20_000, ""),
        ("x" * (MAX_CHARACTERS + 1), ""),
    ],
)
def test_what_is_no_file_of_ours_is_refused(text: str, path: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_file(text)
    assert caught.value.problem.path == path
    assert caught.value.problem.message.endswith(".")


def test_the_default_is_written_whole() -> None:
    assert read_document(read_file(write_file(AgentConfig(), sources={})).document) == AgentConfig()
