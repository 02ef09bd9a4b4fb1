"""The fenced blocks of a page, and whether an output is what the page says."""

import re
from dataclasses import dataclass
from pathlib import Path

from rapport.config import ROOT

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """`language` is empty where the page names none."""

    language: str
    text: str


def blocks_of(page: str) -> list[Block]:
    """In their order. Raises AssertionError when there is none: a page that was moved is no page that is right."""
    found = [Block(*each) for each in _FENCE.findall(Path(ROOT / "docs" / page).read_text())]
    assert found, f"docs/{page} has no blocks"
    return found


def check_output(output: str, expected: str) -> None:
    """Every line of `expected` stands in the output, in this order; … is anything."""
    lines = output.splitlines()
    for line in expected.strip().splitlines():
        pattern = re.compile(".*".join(re.escape(part) for part in line.split("…")))
        while lines and not pattern.fullmatch(lines[0]):
            lines.pop(0)
        assert lines, f"the page says {line!r}, but this came:\n{output}"
        lines.pop(0)
