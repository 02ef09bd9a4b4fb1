"""Acme with a provider and a verified domain, and the way there and back that a browser takes."""

import html
import re
from typing import Protocol
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from rapport.config import get_config
from rapport.outbound.addresses import AllowList
from tenants.actors import user_actor
from tenants.models import SignOnDomain
from tenants.sign_on.settings import SignOnSettings, save_sign_on
from tests.cast import Cast


class Known(Protocol):
    """A provider as Acme's owner enters it."""

    @property
    def issuer(self) -> str: ...
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> str: ...
    @property
    def host(self) -> str: ...


def allow(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    """As OUTBOUND_ALLOWED_PRIVATE_HOSTS does."""
    allowed = AllowList.parse(hosts)
    monkeypatch.setattr("rapport.outbound.transport.configured_allow_list", lambda: allowed)


def set_up(cast: Cast, provider: Known, *, is_required: bool = False, default_role: str = "analyst") -> None:
    tenant_id = cast.acme.tenant_id
    SignOnDomain.objects.get_or_create(
        tenant_id=tenant_id, domain="acme.example", defaults={"token": "t", "verified_at": timezone.now()}
    )
    wanted = SignOnSettings(provider.issuer, provider.client_id, provider.client_secret, default_role, is_required)
    save_sign_on(tenant_id=tenant_id, wanted=wanted, actor=user_actor(cast.alice.id))


def begin(client: Client, email: str, path: str = "/accounts/company/", following: str = "") -> str:
    """Returns the provider's address that the browser is sent to."""
    page = client.post(path, {"email": email, "next": following}).content.decode()
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page)
    assert found, page
    return html.unescape(found[1])


def sent(url: str) -> dict[str, str]:
    """What the address says."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def path_of(url: str) -> str:
    """Of an address of ours."""
    assert url.startswith(get_config().public_url)
    return url.removeprefix(get_config().public_url)
