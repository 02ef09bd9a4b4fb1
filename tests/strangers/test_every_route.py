"""The stranger's test, on every address there is: another company's objects are not found, its lists hold nothing of
ours, and nobody gets in without signing in.
"""

from typing import Any

import pytest
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import reverse

from rapport.ratelimits.models import TokenBucket
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key, revoke_api_key
from tenants.permissions import SCOPES
from tests.cast import Cast, sign_in
from tests.leaks.callers import signed_in
from tests.strangers.possessions import SECRET, Possessions, snapshot
from tests.strangers.routes import ACTIONS, ARGUMENTS, CHOICES, KEYS_ONLY, KEYS_WRITE, Route, all_routes

ROUTES = all_routes()
OBJECTS = [route for route in ROUTES if set(route.arguments) - set(CHOICES) and not route.is_public]
LISTS = [route for route in ROUTES if route not in OBJECTS and not route.is_public]


def _url(route: Route, acmes: Possessions) -> str:
    choices = {**CHOICES, **({"action": ACTIONS[route.name]} if route.name in ACTIONS else {})}
    values = {name: choices.get(name) or acmes.ids[ARGUMENTS[name]] for name in route.arguments}
    return reverse(route.name, kwargs=values)


def test_every_argument_is_declared() -> None:
    unknown = {
        (route.name, name)
        for route in OBJECTS
        for name in route.arguments
        if name not in ARGUMENTS and name not in CHOICES
    }
    assert not unknown, "Declare these arguments in tests/strangers/routes.py."


def test_a_stranger_finds_no_object_of_ours(cast: Cast, acmes: Possessions, subtests: pytest.Subtests) -> None:
    client, before = _stranger(cast), snapshot(cast)
    for route in OBJECTS:
        TokenBucket.objects.all().delete()  # nobody may call as often as this
        with subtests.test(route.name):
            answers = _try_everything(client, route, _url(route, acmes))
            assert {answer.status_code for answer in answers} <= {404, 405}
            assert any(answer.status_code == 404 for answer in answers)
            assert not any(SECRET in answer.content.decode().lower() for answer in answers)
            assert snapshot(cast) == before


def test_a_strangers_lists_hold_nothing_of_ours(cast: Cast, acmes: Possessions, subtests: pytest.Subtests) -> None:
    client, before = _stranger(cast), snapshot(cast)
    for route in LISTS:
        TokenBucket.objects.all().delete()
        with subtests.test(route.name):
            url = _url(route, acmes)
            answer = client.get(url, follow=True)
            assert answer.status_code in (200, 204, 404, 405) or (route.name in KEYS_ONLY and answer.status_code == 401)
            assert SECRET not in answer.getvalue().decode().lower()
            client.post(url, {}, headers=CSRF)
            assert snapshot(cast) == before


def test_another_companys_key_finds_no_object_of_ours(
    cast: Cast, acmes: Possessions, subtests: pytest.Subtests
) -> None:
    before = snapshot(cast)
    for route in (each for each in OBJECTS + LISTS if each.name.startswith("api:")):
        key = create_api_key(tenant_id=cast.other.tenant_id, name="all", scopes=SCOPES, actor=SYSTEM)
        client = Client(headers={"Authorization": f"Bearer {key.secret}"})  # one for each: a key may not call so often
        with subtests.test(route.name):
            url = _url(route, acmes)
            answers = [client.get(url), client.post(url, {}, content_type="application/json"), client.delete(url)]
            assert {answer.status_code for answer in answers} <= (
                {404, 405} if route.arguments else {200, 201, 400, 405}
            )
            assert not any(SECRET in answer.getvalue().decode().lower() for answer in answers)
            assert snapshot(cast) == before
        revoke_api_key(tenant_id=cast.other.tenant_id, key_id=key.id, actor=SYSTEM)  # a company has only so many


def test_a_key_opens_no_page(cast: Cast, acmes: Possessions, subtests: pytest.Subtests) -> None:
    """The dashboard is for people: also the company's own key is sent to sign in."""
    key = create_api_key(tenant_id=cast.acme.tenant_id, name="all", scopes=SCOPES, actor=SYSTEM).secret
    client = Client(headers={"Authorization": f"Bearer {key}"})
    for route in (each for each in OBJECTS + LISTS if not each.name.startswith("api:")):
        with subtests.test(route.name):
            answer = client.get(_url(route, acmes))
            is_sent_to_login = answer.status_code == 302 and answer["Location"].startswith("/accounts/login")
            assert is_sent_to_login or answer.status_code in (403, 405)


def test_nobody_gets_in_without_signing_in(cast: Cast, acmes: Possessions, subtests: pytest.Subtests) -> None:
    for route in OBJECTS + LISTS:
        with subtests.test(route.name):
            url = _url(route, acmes)
            for answer in (Client().get(url), Client().post(url)):
                is_sent_to_login = answer.status_code == 302 and answer["Location"].startswith("/accounts/login")
                assert is_sent_to_login or answer.status_code in (401, 403, 404, 405)
                assert SECRET not in answer.content.decode().lower()


def test_the_owner_does_get_in(cast: Cast, acmes: Possessions, subtests: pytest.Subtests) -> None:
    """Else the tests above would prove nothing: a wrong id would pass for a closed door."""
    client = signed_in(cast.alice)
    key = create_api_key(tenant_id=cast.acme.tenant_id, name="writes", scopes=SCOPES, actor=SYSTEM)
    with_key = Client(headers={"Authorization": f"Bearer {key.secret}"})
    readable = [route for route in OBJECTS if "action" not in route.arguments]
    for route in readable + [route for route in LISTS if route.name.startswith("api:") and route.name not in KEYS_ONLY]:
        TokenBucket.objects.all().delete()
        with subtests.test(route.name):
            answer = client.get(_url(route, acmes), follow=True)
            if answer.status_code == 405:  # only to be written to
                writer = with_key if route.name in KEYS_WRITE else client
                writes = [
                    write(_url(route, acmes), {}, content_type="application/json", headers=CSRF).status_code
                    for write in (writer.post, writer.put)
                ]
                assert any(status not in (401, 403, 404, 405) and status < 500 for status in writes)
            else:
                assert answer.status_code == 200


def _stranger(cast: Cast) -> Client:
    client = sign_in(cast.charlie)
    client.cookies["csrftoken"] = "a" * 32
    return client


CSRF = {"X-CSRFToken": "a" * 32, "Origin": "http://testserver"}


def _try_everything(client: Client, route: Route, url: str) -> list[Any]:
    kind = "application/json" if route.name.startswith("api:") else MULTIPART_CONTENT
    return [
        client.get(url),
        client.post(url, {}, content_type=kind, headers=CSRF),
        client.put(url, {}, content_type="application/json", headers=CSRF),
        client.delete(url, headers=CSRF),
    ]
