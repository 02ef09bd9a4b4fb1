"""What the customer's server signs of a visitor is on the contact's timeline and among what is remembered, once."""

import time
from typing import Any

import jwt

from agents.models import Fact
from ingestion.models import ContactEvent
from rapport.events.inline import deliver_now
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.identity_secrets import replace_identity_secret
from tests.agents.api.conftest import Caller
from tests.cast import Cast, Company


def identify(company: Company, secret: str, caller: Caller, /, **claims: Any) -> None:
    now = int(time.time())
    said = {"aud": company.key, "sub": "customer-4711", "iat": now, "exp": now + 600, **claims}
    body = {"key": company.key, "identity": jwt.encode(said, secret, algorithm="HS256")}
    assert caller.post("/v1/widget/sessions", body, Origin=company.origin).status_code == 201


def facts(company: Company) -> dict[str, str]:
    with tenant_scope(company.tenant_id):
        return dict(Fact.objects.filter(status="active").values_list("predicate", "value"))


def test_signed_traits_are_kept_once_and_superseded(cast: Cast, anna: Caller) -> None:
    acme, caller = cast.acme, Caller(anna.client)
    made = replace_identity_secret(tenant_id=acme.tenant_id, widget_key_id=acme.key_id, actor=SYSTEM)
    for plan in ("Basic", "Basic", "Pro", "Basic"):
        identify(acme, made.secret, caller, traits={"plan": plan}, company={"name": "Lind & Co"})
        deliver_now()
    with tenant_scope(acme.tenant_id):
        assert [each["plan"] for each in ContactEvent.objects.order_by("id").values_list("traits", flat=True)] == [
            "Basic",
            "Pro",
            "Basic",
        ]
    held = facts(acme)
    assert {predicate.rpartition("plan")[1]: value for predicate, value in held.items() if "plan" in predicate} == {
        "plan": "Basic"
    }
    assert "Lind & Co" in held.values()
    with tenant_scope(cast.other.tenant_id):
        assert not ContactEvent.objects.exists()


def test_without_traits_nothing_is_kept(cast: Cast, anna: Caller) -> None:
    acme = cast.acme
    made = replace_identity_secret(tenant_id=acme.tenant_id, widget_key_id=acme.key_id, actor=SYSTEM)
    identify(acme, made.secret, Caller(anna.client))
    with tenant_scope(acme.tenant_id):
        assert not ContactEvent.objects.exists()
