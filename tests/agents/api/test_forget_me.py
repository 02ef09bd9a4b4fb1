"""An anonymous visitor has itself forgotten by the chat's own token; nobody else by it, and no customer."""

from django.test import Client

from rapport.events.inline import deliver_now
from tenants.context import tenant_scope
from tenants.privacy.models import Erasure, ErasureState
from tests.agents.api.conftest import Caller, visitor_of
from tests.agents.api.test_visitor_identity import open_session, secret_of, sign
from tests.cast import Cast


def test_a_visitor_is_forgotten_to_the_end_and_the_session_is_over(cast: Cast) -> None:
    opened = open_session(cast.acme).json()
    caller = Caller(Client(), Authorization=f"Bearer {opened['token']}")
    conversation = caller.post("/v1/conversations", {}).json()["id"]
    path = f"/v1/conversations/{conversation}/messages"
    assert caller.post(path, {"text": "I live in Quokkaville."}).status_code == 202
    key = {"Idempotency-Key": "forget"}
    for _ in range(2):
        assert caller.post(f"/v1/contacts/{opened['contact_id']}/erasure", {}, **key).status_code == 202
    deliver_now()
    with tenant_scope(cast.acme.tenant_id):
        row = Erasure.objects.get()
        assert (row.state, row.error_code) == (ErasureState.DONE, "")
    assert caller.get(path).status_code == 401
    assert caller.post("/v1/conversations", {}).status_code == 401


def test_nobody_else_is_forgotten_by_a_visitors_token(cast: Cast) -> None:
    other = open_session(cast.acme).json()["contact_id"]
    stranger = open_session(cast.other).json()["contact_id"]
    caller = visitor_of(cast.acme)
    assert [caller.post(f"/v1/contacts/{each}/erasure", {}).status_code for each in (other, stranger)] == [403, 403]
    secret = secret_of(cast.acme).secret
    known = open_session(cast.acme, sign(cast.acme, secret)).json()
    assert known["is_identified"]
    answer = Caller(Client(), Authorization=f"Bearer {known['token']}").post(
        f"/v1/contacts/{known['contact_id']}/erasure", {}
    )
    assert answer.status_code == 403
    with tenant_scope(cast.acme.tenant_id):
        assert not Erasure.objects.exists()
