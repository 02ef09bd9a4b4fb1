"""Every page is photographed by `python -m tests.screenshots`: a new one stands on its list, or says why not."""

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

from rapport.ids import new_id
from tests.frontend.seed import Seeded
from tests.frontend.seed_webhooks import SeededWebhooks
from tests.pictures.acting import Acting
from tests.pictures.shots import NO_PAGES, WRITES, shots
from tests.pictures.stage import Stage
from tests.pictures.widget import Widgets


def names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    """Of all addresses but the API's, which live in a namespace."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            yield from names(each, each.namespace or namespace)
        elif isinstance(each, URLPattern) and not namespace:
            assert each.name, each
            yield each.name


def some_stage() -> Stage:
    """Ids of nothing: only the addresses' shapes count here."""
    webhooks = SeededWebhooks(**{each.name: new_id() for each in fields(SeededWebhooks)})
    ids = {each.name: new_id() for each in fields(Seeded) if each.name != "webhooks"}
    parts: dict[str, Any] = {each.name: new_id() for each in fields(Stage) if each.name.endswith("_id")}
    parts["seeded"] = Seeded(**ids, webhooks=webhooks)
    parts["acting"] = Acting(**{each.name: new_id() for each in fields(Acting)})
    return Stage(token="token", emails={}, widgets=Widgets("", "", "", ""), **parts)


def reached() -> set[str]:
    found = set()
    for chosen in shots(some_stage(), ["security"]).values():
        for shot in chosen:
            found.add(shot.view)
            try:
                found.add(resolve(shot.path.partition("?")[0]).url_name or "")
            except Resolver404:
                assert shot.view == "404", shot
    return found


def test_every_page_is_photographed() -> None:
    assert set(names(get_resolver())) - reached() - WRITES - NO_PAGES.keys() == set()


def test_what_is_said_to_be_no_page_exists_and_is_not_photographed() -> None:
    assert reached() & NO_PAGES.keys() == set()
    assert (WRITES | NO_PAGES.keys()) - set(names(get_resolver())) == set()
