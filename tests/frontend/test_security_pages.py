"""docs/security is readable on the site, and what the ASVS page names exists."""

import re
from collections.abc import Iterator

import pytest
from django.test import Client

from frontend.docs_views import page_names
from rapport.config import ROOT

FILE = ROOT / "docs" / "security" / "asvs.md"
NUMBER = re.compile(r"([1-9]\d?)\.[1-9]\d?\.[1-9]\d?")
CHAPTER = re.compile(r"## V(\d+) ")
CLAIM, REASON = 4, 2  # columns


def rows() -> Iterator[tuple[str, list[str]]]:
    """The chapter's number, "" after the claims, and the cells of each row."""
    chapter = ""
    for line in FILE.read_text().splitlines():
        if line.startswith("## "):
            found = CHAPTER.match(line)
            chapter = found[1] if found else ""
        if line.startswith("|") and not line.startswith(("| requirement", "|---")):
            yield chapter, [cell.strip() for cell in line.strip("|").split("|")]


def test_every_file_that_is_named_exists() -> None:
    named = [cell for _, cells in rows() if len(cells) == CLAIM for cell in cells[2:]]
    assert len(named) > 100
    for cell in named:
        path = re.fullmatch(r"`([\w./-]+)`", cell)
        assert path, cell
        assert (ROOT / path[1]).is_file(), cell


def test_a_claim_stands_in_its_chapter_with_a_test() -> None:
    for chapter, cells in rows():
        if not chapter:
            assert len(cells) == REASON, cells
            continue
        assert len(cells) == CLAIM, cells
        number = NUMBER.fullmatch(cells[0])
        assert number, cells
        assert number[1] == chapter, cells
        assert cells[1].endswith("."), cells
        assert cells[3].startswith("`tests/"), cells


def test_each_number_is_well_formed_and_stands_once() -> None:
    numbers = [number for _, cells in rows() for number in cells[0].split(", ")]
    assert [each for each in numbers if not NUMBER.fullmatch(each)] == []
    assert sorted(numbers) == sorted(set(numbers))


def test_the_page_on_security_links_both() -> None:
    page = Client().get("/docs/security/").content.decode()
    for name in ("asvs", "leak-matrix"):
        assert f' href="/docs/security/{name}/"' in page


@pytest.mark.parametrize("name", page_names())
def test_every_page_opens_and_its_links_lead_to_pages(name: str) -> None:
    response = Client().get(f"/docs/{name}/")
    assert response.status_code == 200
    page = response.content.decode()
    assert not re.search(r'href="[\w./-]+\.md[#"]', page), "a link that only works on GitHub"
    for link in set(re.findall(r'href="/docs/([\w/-]+)/[#"]', page)):
        assert link in page_names(), link


@pytest.mark.parametrize("path", ["security/none", "../README", "security/../../README", "decisions/0001"])
def test_nothing_else_is_shown(path: str) -> None:
    assert Client().get(f"/docs/{path}/").status_code == 404
