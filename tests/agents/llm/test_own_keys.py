"""A company's own keys: used for its own turns and nobody else's, encrypted, replaced, removed and tried out."""

from collections.abc import Iterator
from itertools import count
from uuid import UUID

import pytest

from agents.configuration.sections.models import Models
from agents.errors import InvalidModelProvider, ModelProviderNotFound
from agents.llm.choosing import choose_models, list_models
from agents.llm.errors import NoModelAvailable
from agents.models import ProviderCredential
from agents.runtime.turn import answer_turn
from agents.selectors import get_trace
from agents.selectors.providers import get_model_provider, list_model_providers
from agents.services import post_message
from agents.services.providers import add_model_provider, remove_model_provider, replace_provider_key
from agents.services.trying import try_model
from billing.company_budget import get_company_budget, set_company_budget
from billing.errors import BudgetExhausted
from billing.models import UsageRecord
from rapport.encryption import is_current
from rapport.ids import Prefix, encode
from tenants.actors import SYSTEM, visitor_actor
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tenants.privacy.secrets import rotate_all
from tests.agents.llm.own_keys import add_key, allow, answer_with, product_parts
from tests.cast import Cast, Company, make_visitor, sign_in
from tests.providers.running import Running

pytestmark = pytest.mark.django_db
ACMES, OTHERS = "sk-acme-1234567890", "sk-other-0987654321"


@pytest.fixture
def open_server(server: Running, monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    allow(monkeypatch, server)
    yield server
    server.providers.texts.clear()


_number = count()


def ask(company: Company) -> UUID:
    """A question that nobody asked before: no kept answer is given."""
    visitor = make_visitor(company)
    turn_id = post_message(
        tenant_id=company.tenant_id,
        conversation_id=visitor.conversation_id,
        text=f"How long does delivery {next(_number)} take?",
        idempotency_key="",
        actor=visitor_actor(visitor.contact_id),
    ).turn_id
    answer_turn(tenant_id=company.tenant_id, turn_id=turn_id, parts=product_parts())
    return turn_id


def keys_seen(server: Running) -> list[tuple[str, str]]:
    return [(each.model, each.key) for each in server.providers.asked]


def test_each_company_s_turns_go_by_its_own_key(open_server: Running, cast: Cast) -> None:
    """The same model of the same server: whose turn it is decides whose key goes there, in either order."""
    add_key(cast.acme, open_server, ACMES, "house-model")
    add_key(cast.other, open_server, OTHERS, "house-model")
    for company in (cast.acme, cast.other):
        answer_with(company, "house-model")
    for company in (cast.acme, cast.other, cast.acme):
        ask(company)
    assert keys_seen(open_server) == [("house-model", key) for key in (ACMES, OTHERS, ACMES)]


def test_two_companies_at_two_providers(open_server: Running, cast: Cast) -> None:
    anthropic = {"provider": "anthropic", "base_url": open_server.anthropic}
    add_key(cast.acme, open_server, ACMES, "claude-haiku-4-5", **anthropic)
    add_key(cast.other, open_server, OTHERS, "other-model")
    answer_with(cast.acme, "claude-haiku-4-5")
    answer_with(cast.other, "other-model")
    ask(cast.acme)
    ask(cast.other)
    assert keys_seen(open_server) == [("claude-haiku-4-5", ACMES), ("other-model", OTHERS)]
    assert [each.provider for each in open_server.providers.asked] == ["anthropic", "openai"]


def test_another_company_s_models_cannot_be_named(open_server: Running, cast: Cast) -> None:
    add_key(cast.acme, open_server, ACMES, "house-model")
    answer_with(cast.other, "house-model")
    with pytest.raises(NoModelAvailable, match="Add its provider's key on the page Models"):
        ask(cast.other)
    assert not open_server.providers.asked
    assert "house-model" in {each.name for each in list_models(tenant_id=cast.acme.tenant_id)}
    assert "house-model" not in {each.name for each in list_models(tenant_id=cast.other.tenant_id)}


def test_a_company_without_keys_uses_the_platform_s(cast: Cast) -> None:
    [choice] = choose_models(tenant_id=cast.acme.tenant_id, models=Models())
    assert choice.provider == "builtin"


def test_breakers_are_each_company_s_and_each_key_s(open_server: Running, cast: Cast) -> None:
    add_key(cast.acme, open_server, ACMES, "house-model")
    add_key(cast.acme, open_server, ACMES, "second-model", name="Second")
    add_key(cast.other, open_server, OTHERS, "house-model")
    names = [
        choice.breaker
        for company, model in ((cast.acme, "house-model"), (cast.acme, "second-model"), (cast.other, "house-model"))
        for choice in choose_models(tenant_id=company.tenant_id, models=Models(answer=(model,)))
    ]
    assert len({name.rpartition(":")[0] for name in names}) == 3
    assert [name.split(":")[1] for name in names] == [str(cast.acme.tenant_id)] * 2 + [str(cast.other.tenant_id)]


def test_a_replaced_key_is_used_at_once_and_a_removed_one_never(open_server: Running, cast: Cast) -> None:
    tenant_id, provider_id = cast.acme.tenant_id, add_key(cast.acme, open_server, ACMES, "house-model")
    answer_with(cast.acme, "house-model")
    ask(cast.acme)
    replace_provider_key(tenant_id=tenant_id, provider_id=provider_id, key="sk-new-5555555555", actor=SYSTEM)
    ask(cast.acme)
    remove_model_provider(tenant_id=tenant_id, provider_id=provider_id, actor=SYSTEM)
    with pytest.raises(NoModelAvailable):
        ask(cast.acme)
    assert [key for _, key in keys_seen(open_server)] == [ACMES, "sk-new-5555555555"]
    models = Models(answer=("house-model", ""))
    assert [choice.provider for choice in choose_models(tenant_id=tenant_id, models=models)] == ["builtin"]


def test_the_key_is_kept_encrypted_and_told_to_nobody(open_server: Running, cast: Cast) -> None:
    tenant_id, provider_id = cast.acme.tenant_id, add_key(cast.acme, open_server, ACMES, "house-model")
    replace_provider_key(tenant_id=tenant_id, provider_id=provider_id, key="sk-new-5555555555", actor=SYSTEM)
    with tenant_scope(tenant_id):
        row = ProviderCredential.objects.get()
        told = str(list(AuditEntry.objects.filter(tenant_id=tenant_id).values()))
    assert "5555555555" not in row.secret
    assert is_current(row.secret)
    assert "model_provider.key_replaced" in told
    assert ACMES not in told
    assert "5555" not in told
    view = get_model_provider(tenant_id=tenant_id, provider_id=provider_id)
    assert "sk-new" not in repr(view)
    assert view.masked == "…5555"


def test_keys_are_written_anew_under_a_new_secret(open_server: Running, cast: Cast, settings: object) -> None:
    add_key(cast.acme, open_server, ACMES, "house-model")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]  # type: ignore[attr-defined]
    settings.SECRET_KEY = "another-" + "x" * 50  # type: ignore[attr-defined]
    assert rotate_all()["agents.ProviderCredential.secret"].rotated == 1
    settings.SECRET_KEY_FALLBACKS = []  # type: ignore[attr-defined]
    answer_with(cast.acme, "house-model")
    ask(cast.acme)
    assert keys_seen(open_server) == [("house-model", ACMES)]


def test_trying_a_model_asks_it_and_pays_for_it(open_server: Running, cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    provider_id = add_key(
        cast.acme, open_server, ACMES, "claude-haiku-4-5", provider="anthropic", base_url=open_server.anthropic
    )
    trial = try_model(tenant_id=tenant_id, provider_id=provider_id, actor=SYSTEM)
    assert trial.error == ""
    assert trial.text.startswith("Delivery takes")
    assert trial.first_token_ms is not None
    with tenant_scope(tenant_id):
        ledger = sum(row.cost_micros for row in UsageRecord.objects.filter(step="try_model"))
    assert ledger == trial.cost_micros > 0
    trace = get_trace(tenant_id=tenant_id, trace_id=trial.trace_id)
    [span] = trace.spans
    assert (trace.outcome, trace.conversation_id, trace.contact_id) == ("trial", None, None)
    set_company_budget(tenant_id=tenant_id, month_micros=ledger, actor=SYSTEM)
    with pytest.raises(BudgetExhausted):
        try_model(tenant_id=tenant_id, provider_id=provider_id, actor=SYSTEM)
    found = get_company_budget(tenant_id=tenant_id)
    assert (found.spent, found.held) == (ledger, 0)
    assert (span.name, span.cost_micros) == ("chat", ledger)
    page = sign_in(cast.alice).get(f"/traces/{encode(Prefix.TRACE, trace.id)}/")
    assert (page.status_code, "How this model was tried" in page.content.decode()) == (200, True)
    assert get_model_provider(tenant_id=tenant_id, provider_id=provider_id).state == "working"


def test_a_refused_key_is_told(open_server: Running, cast: Cast) -> None:
    tenant_id = cast.acme.tenant_id
    provider_id = add_key(cast.acme, open_server, ACMES, "mock-401")
    trial = try_model(tenant_id=tenant_id, provider_id=provider_id, actor=SYSTEM)
    assert (trial.code, trial.text) == ("model_refused_request", "")
    [span] = get_trace(tenant_id=tenant_id, trace_id=trial.trace_id).spans
    assert span.status == "error"
    view = get_model_provider(tenant_id=tenant_id, provider_id=provider_id)
    assert view.state == "failing"
    assert "Check the key" in view.last_error


def test_a_stranger_s_hands_reach_nothing(open_server: Running, cast: Cast) -> None:
    provider_id, theirs = add_key(cast.acme, open_server, ACMES, "house-model"), cast.other.tenant_id
    with pytest.raises(ModelProviderNotFound):
        replace_provider_key(tenant_id=theirs, provider_id=provider_id, key="sk-x", actor=SYSTEM)
    with pytest.raises(ModelProviderNotFound):
        remove_model_provider(tenant_id=theirs, provider_id=provider_id, actor=SYSTEM)
    with pytest.raises(ModelProviderNotFound):
        try_model(tenant_id=theirs, provider_id=provider_id, actor=SYSTEM)
    assert list_model_providers(tenant_id=theirs) == []
    assert not open_server.providers.asked


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"provider": "bedrock"}, "provider"),
        ({"name": " "}, "name"),
        ({"key": ""}, "key"),
        ({"key": "sk with blanks"}, "key"),
        ({"provider": "openai_compatible", "base_url": "https://93.184.216.34/v1", "offered": ()}, "models"),
        ({"provider": "openai_compatible"}, "base_url"),
        ({"base_url": "http://93.184.216.34/v1"}, "base_url"),
        ({"base_url": "https://user:word@93.184.216.34/v1"}, "base_url"),
        ({"base_url": "https://127.0.0.1/v1"}, "base_url"),
        ({"offered": ("two words",)}, "models"),
    ],
)
def test_what_is_wrong_is_said(cast: Cast, wrong: dict[str, object], param: str) -> None:
    right: dict[str, object] = {"provider": "openai", "name": "Ours", "key": ACMES, "offered": ("gpt-5-mini",)}
    with pytest.raises(InvalidModelProvider) as caught:
        add_model_provider(tenant_id=cast.acme.tenant_id, actor=SYSTEM, **{**right, **wrong})  # type: ignore[arg-type]
    assert caught.value.param == param
