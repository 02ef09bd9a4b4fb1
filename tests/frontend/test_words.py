"""What every page repeats and is looked up once: it is still each page's own language, place and role."""

import pytest
from django.template import engines
from django.utils import translation

from frontend.navigation import bottom_links, places_for, sidebar_links

LINKS = (
    ('{% translate "Home" %}', ("Home", "Übersicht")),
    ("{% translate 'Home' %}", ("Home", "Übersicht")),
    ('{% translate "Home" as home %}<{{ home }}>', ("<Home>", "<Übersicht>")),
    ('{% translate "Home" noop %}', ("Home", "Home")),
    ("{% translate word %}", ("Home", "Übersicht")),
    ('{% translate "100% & more" %}', ("100% & more", "100% & more")),
)


@pytest.mark.parametrize(("written", "said"), LINKS)
def test_a_word_of_a_template_is_said_in_the_language_of_each_page(written: str, said: tuple[str, str]) -> None:
    template = engines["django"].from_string(written)
    for _ in range(2):
        for language, expected in zip(("en", "de"), said, strict=True):
            with translation.override(language):
                assert template.render({"word": "Home"}) == expected


def test_links_are_those_of_the_role_and_the_current_one_is_marked() -> None:
    owner, analyst = places_for("owner"), places_for("analyst")
    assert len(analyst) < len(owner)
    with translation.override("de"):
        assert "Übersicht</a>" in sidebar_links(owner, "home")
    with translation.override("en"):
        links, bar = sidebar_links(owner, "inbox"), bottom_links(owner, "inbox")
        assert 'href="/inbox/" aria-current="page">' in links
        assert links.count("aria-current") == bar.count("aria-current") == 1
        assert links.count("<a ") == len(owner)
        assert bar.count("<a ") == sum(place.in_bottom_bar for place in owner)
        assert sidebar_links(analyst, "").count("<a ") == len(analyst)
        assert "aria-current" not in sidebar_links(owner, "")
