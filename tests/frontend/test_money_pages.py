"""The pages Prices & budget and Trace export: what is entered holds, what is wrong is said, who may not does not."""

import pytest
from django.test import Client

from agents.selectors.trace_export import find_trace_export
from billing.company_budget import get_company_budget
from billing.own_prices import list_own_prices
from rapport.ids import Prefix, encode
from tests.cast import Cast, sign_in
from tests.frontend.test_api_keys import fresh

PRICE = {"model": "house-model", "meter": "output_tokens", "price": "2,5", "starts_on": ""}


@pytest.fixture
def alice(cast: Cast) -> Client:
    client = sign_in(cast.alice)
    client.handler.enforce_csrf_checks = False
    return client


def test_a_budget_is_set_shown_and_lifted(cast: Cast, alice: Client) -> None:
    assert alice.post("/usage/prices/", {"budget": "12.5"}).status_code == 302
    assert get_company_budget(tenant_id=cast.acme.tenant_id).limit == 12_500_000
    for path in ("/usage/", "/usage/prices/"):
        assert "0 % of the budget is spent" in alice.get(path).content.decode()
    alice.post("/usage/prices/", {"budget": ""})
    assert get_company_budget(tenant_id=cast.acme.tenant_id).limit is None


def test_a_price_is_set_and_removed(cast: Cast, alice: Client) -> None:
    assert alice.post("/usage/prices/", PRICE).status_code == 302
    [price] = list_own_prices(tenant_id=cast.acme.tenant_id)
    assert price.micros_per_million == 2_500_000
    assert "holds now" in alice.get("/usage/prices/").content.decode()
    alice.post(f"/usage/prices/{encode(Prefix.PRICE, price.id)}/remove/")
    assert list_own_prices(tenant_id=cast.acme.tenant_id) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"budget": "a lot"}, "Enter an amount"),
        (PRICE | {"price": "0.0000001"}, "Enter an amount"),
        (PRICE | {"model": "two words"}, "without blanks"),
        (PRICE | {"starts_on": "soon"}, "Enter a day"),
    ],
)
def test_what_is_wrong_stands_beside_its_field(alice: Client, wrong: dict[str, str], said: str) -> None:
    answer = alice.post("/usage/prices/", wrong)
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_an_analyst_reads_and_changes_nothing(cast: Cast) -> None:
    client = sign_in(cast.bob)
    client.handler.enforce_csrf_checks = False
    assert client.get("/usage/prices/").status_code == 200
    assert client.post("/usage/prices/", {"budget": "1"}).status_code == 403
    assert client.post("/trace-export/", {"endpoint": "https://93.184.216.34"}).status_code == 403
    assert get_company_budget(tenant_id=cast.acme.tenant_id).limit is None


def test_a_collector_is_set_by_whoever_signed_in_lately(cast: Cast, alice: Client) -> None:
    form = {"endpoint": "https://93.184.216.34", "headers": "Authorization: Bearer quokka", "is_enabled": "on"}
    assert "reauthenticate" in alice.post("/trace-export/", form).headers["Location"]
    client = fresh(cast)
    assert client.post("/trace-export/", form | {"content": ["tools"]}).headers["Location"] == "/trace-export/"
    page = client.get("/trace-export/").content.decode()
    assert "quokka" not in page
    assert "authorization: kept as they are" in page
    client.post("/trace-export/", {**form, "headers": "", "endpoint": "https://93.184.216.34/v1/traces"})
    export = find_trace_export(tenant_id=cast.acme.tenant_id)
    assert export
    assert (export.header_names, export.content) == (("authorization",), ())
    assert "on a line of its own" in client.post("/trace-export/", form | {"headers": "nothing"}).content.decode()
    client.post("/trace-export/remove/")
    assert find_trace_export(tenant_id=cast.acme.tenant_id) is None
    assert client.post("/trace-export/test/").status_code == 404
