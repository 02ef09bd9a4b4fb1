"""A company's own prices: class by class, from a moment on, in its own turns and ledger and in nobody else's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from billing.errors import InvalidPrice, PriceNotFound
from billing.models import PriceOverride
from billing.own_prices import company_prices, list_own_prices, remove_own_price, set_own_price
from billing.prices import TokenCounts, cost_of
from billing.selectors import list_usage
from billing.services import UsageSubject, record_usage
from billing.usage import UsageFact
from rapport.ids import new_id
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.cast import Cast

MODEL = "claude-haiku-4-5"
TOKENS = TokenCounts(input=1_000_000, output=1_000_000)


def own(cast: Cast, model: str = MODEL, meter: str = "output_tokens", micros: int = 7_000_000, **more: object) -> None:
    set_own_price(
        tenant_id=cast.acme.tenant_id,
        model=model,
        meter=meter,
        micros_per_million=micros,
        actor=SYSTEM,
        **more,  # type: ignore[arg-type]
    )


def micros_of(cast: Cast, model: str = MODEL, provider: str = "anthropic") -> int:
    with tenant_scope(cast.acme.tenant_id):
        return company_prices().cost_of(model, TOKENS, provider=provider).micros


def test_one_class_is_the_company_s_and_the_others_stay_published(cast: Cast) -> None:
    assert micros_of(cast) == 6_000_000
    own(cast)
    assert micros_of(cast) == 8_000_000
    assert cost_of(MODEL, TOKENS, provider="anthropic").micros == 6_000_000, "everybody's price"
    with tenant_scope(cast.other.tenant_id):
        assert company_prices().rows == ()


def test_dated_versions_are_meant_and_other_models_are_not(cast: Cast) -> None:
    own(cast)
    assert micros_of(cast, f"{MODEL}-20251001") == 8_000_000
    assert micros_of(cast, "claude-haiku-4-5x", provider="") == 0


def test_a_model_that_nobody_prices_has_the_company_s(cast: Cast) -> None:
    own(cast, "house-model", "input_tokens", 100)
    assert micros_of(cast, "house-model", provider="") == 100
    assert micros_of(cast, "another", provider="") == 0


def test_the_newest_that_has_begun_holds_and_its_version_tells_it_apart(cast: Cast) -> None:
    own(cast)
    with tenant_scope(cast.acme.tenant_id):
        first = company_prices().cost_of(MODEL, TOKENS, provider="anthropic").version
        PriceOverride.objects.update(starts_at=timezone.now() - timedelta(days=2))
    own(cast, micros=9_000_000)
    own(cast, micros=1, starts_at=timezone.now() + timedelta(days=1))
    assert micros_of(cast) == 10_000_000
    with tenant_scope(cast.acme.tenant_id):
        assert company_prices().cost_of(MODEL, TOKENS, provider="anthropic").version != first
        before = company_prices(at=timezone.now() - timedelta(days=1))
        assert before.cost_of(MODEL, TOKENS, provider="anthropic").micros == 8_000_000


def test_what_is_told_without_its_costs_is_reckoned_by_them_as_of_then(cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    own(cast, "minilm-x", "embedding_tokens", 3_000_000)
    for days in (0, 1):
        record_usage(
            tenant_id=tenant_id,
            source_event_id=new_id(),
            facts=[UsageFact("embed_document", "minilm-x", TokenCounts(embedding=1_000))],
            subject=UsageSubject(),
            occurred_at=timezone.now() - timedelta(days=days),
        )
    assert sorted(row.cost_micros for row in list_usage(tenant_id=tenant_id)) == [10, 3_000]


def test_setting_and_removing_is_audited_and_a_stranger_finds_nothing(cast: Cast) -> None:
    own(cast)
    [price] = list_own_prices(tenant_id=cast.acme.tenant_id)
    with pytest.raises(PriceNotFound):
        remove_own_price(tenant_id=cast.other.tenant_id, price_id=price.id, actor=SYSTEM)
    remove_own_price(tenant_id=cast.acme.tenant_id, price_id=price.id, actor=SYSTEM)
    assert micros_of(cast) == 6_000_000
    with tenant_scope(cast.acme.tenant_id):
        rows = AuditEntry.objects.filter(action__startswith="price.").order_by("id")
        assert [(row.action, (row.after or row.before)["micros_per_million"]) for row in rows] == [
            ("price.set", 7_000_000),
            ("price.removed", 7_000_000),
        ]


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"model": "two words"}, "model"),
        ({"model": ""}, "model"),
        ({"meter": "messages"}, "meter"),
        ({"micros": -1}, "micros_per_million"),
        ({"starts_at": timezone.now() - timedelta(days=3)}, "starts_at"),
    ],
)
def test_what_is_wrong_is_said(cast: Cast, wrong: dict[str, object], param: str) -> None:
    with pytest.raises(InvalidPrice) as caught:
        own(cast, **wrong)  # type: ignore[arg-type]
    assert caught.value.param == param
