"""Everybody who must not have Acme's things, as clients: another company, Acme's own people and keys without the
permission, keys and tokens that are over, another visitor, and nobody.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.internal.userkit import user_id_to_str
from django.conf import settings
from django.core import signing
from django.core.signing import b62_encode
from django.test import Client
from django.utils import timezone

from agents.channels.chat.tokens import _SALT, VisitorSession, make_token
from tenants.actors import SYSTEM
from tenants.api_keys import create_api_key, revoke_api_key
from tenants.models import ApiKey, Membership, Role
from tenants.permissions import SCOPES, Permission
from tests.cast import Company, Visitor, make_user, make_visitor, sign_in
from tests.leaks.world import World

TWO_DAYS = 2 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Caller:
    """`is_person`: has a session, so also pages know them."""

    name: str
    client: Client
    is_person: bool = False


def nobody() -> Caller:
    return Caller("nobody", _client())


def strangers(world: World) -> list[Caller]:
    key = create_api_key(tenant_id=world.other, name="all", scopes=SCOPES, actor=SYSTEM).secret
    return [
        Caller("stranger's owner", signed_in(world.cast.charlie), is_person=True),
        Caller("stranger's key", with_token(key)),
    ]


def owner(world: World) -> Client:
    return signed_in(world.cast.alice)


def members(world: World) -> dict[Role, Client]:
    """One of Acme's people of each role."""
    found = {Role.OWNER: owner(world), Role.ANALYST: signed_in(world.cast.bob)}
    for role in Role:
        if role not in found:
            user = make_user(f"{role}@acme.example")
            Membership.objects.create(tenant_id=world.acme, user=user, role=role)
            found[role] = signed_in(user)
    return found


def key_with(world: World, scopes: Iterable[Permission]) -> Client:
    """A live key of Acme's with these scopes and no other. It was used before: that is noted once a minute."""
    made = create_api_key(tenant_id=world.acme, name="some", scopes=list(scopes) or [SCOPES[0]], actor=SYSTEM)
    ApiKey.objects.filter(id=made.id).update(scopes=list(scopes), last_used_at=timezone.now())
    return with_token(made.secret)


def over(world: World) -> list[Caller]:
    """What let somebody in once."""
    revoked, expired = (
        create_api_key(tenant_id=world.acme, name="over", scopes=SCOPES, actor=SYSTEM) for _ in range(2)
    )
    revoke_api_key(tenant_id=world.acme, key_id=revoked.id, actor=SYSTEM)
    ApiKey.objects.filter(id=expired.id).update(expires_at=timezone.now() - timedelta(seconds=1))
    visitor = make_visitor(world.cast.acme)
    return [
        Caller("revoked key", with_token(revoked.secret)),
        Caller("expired key", with_token(expired.secret)),
        Caller("expired visitor token", with_token(_old(_token_of(world.cast.acme, visitor)))),
    ]


def other_visitor(world: World) -> Caller:
    return Caller("other visitor", with_token(_token_of(world.cast.acme, make_visitor(world.cast.acme))))


def with_token(token: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {token}"})


def signed_in(user: object) -> Client:
    """Signed in a moment ago, so that nothing asks to confirm first: what lies behind that door is tried too."""
    client = sign_in(user)  # type: ignore[arg-type]
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    return client


def _client() -> Client:
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.CSRF_COOKIE_NAME] = "a" * 32
    return client


def _token_of(company: Company, visitor: Visitor) -> str:
    return make_token(VisitorSession(company.tenant_id, company.agent_id, visitor.contact_id, company.key_id))[0]


class _OldSigner(signing.TimestampSigner):
    def timestamp(self) -> str:
        return b62_encode(int(time.time()) - TWO_DAYS)


def _old(token: str) -> str:
    """The same token, of two days ago."""
    return _OldSigner(salt=_SALT).sign_object(signing.loads(token, salt=_SALT))
