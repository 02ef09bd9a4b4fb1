"""Every table says of whom its rows are. A new model that joined nothing fails here, with a sentence on what to do."""

import pytest
from django.apps import apps

from tenants.context import tenant_scope
from tenants.privacy import holdings
from tenants.privacy.holdings import Company, OfContact, OfTenant, Part, Person, declare, kind_of, tables_of, undeclared
from tenants.scoped import TenantModel
from tests.cast import Cast

ALL = apps.get_models()


def test_every_model_has_joined() -> None:
    assert not undeclared(), "\n".join(undeclared())


def test_one_that_joined_nothing_is_named_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    without = {label: kind for label, kind in holdings._tables.items() if label != "agents.Episode"}
    monkeypatch.setattr(holdings, "_tables", without)
    (sentence,) = undeclared()
    assert sentence.startswith("agents.Episode: nobody said")
    assert 'In agents/privacy.py write declare("agents.Episode", …)' in sentence


def test_what_is_declared_exists_and_is_said_once() -> None:
    assert set(holdings._tables) == {model._meta.label for model in ALL}
    with pytest.raises(ValueError, match=r"agents\.Episode"):
        declare("agents.Episode", OfTenant("a second time"))


@pytest.mark.parametrize("model", ALL, ids=lambda model: model._meta.label)
def test_a_tenants_table_is_nobody_elses(model: type[TenantModel]) -> None:
    """Whose rows carry a tenant goes with it; whose rows name a contact goes with that."""
    kind, names = kind_of(model._meta.label), {field.name for field in model._meta.get_fields()}
    if issubclass(model, TenantModel):
        assert isinstance(kind, OfContact | OfTenant)
    if "contact_id" in names or "contact" in names:
        assert isinstance(kind, OfContact), "Its rows name a contact: declare it OfContact."
    if isinstance(kind, OfContact | OfTenant) and kind.tenant_field:
        assert kind.tenant_field in {field.attname for field in model._meta.concrete_fields}


@pytest.mark.parametrize("model", [each for each in ALL if isinstance(kind_of(each._meta.label), OfContact)])
@pytest.mark.django_db
def test_conditions_are_ones_that_the_table_understands(model: type[TenantModel], cast: Cast) -> None:
    kind = kind_of(model._meta.label)
    assert isinstance(kind, OfContact)
    links = dict.fromkeys(holdings._links, (cast.acme.tenant_id,))
    found = list(kind.find(Person(cast.acme.tenant_id, (cast.acme.tenant_id,), links)))
    assert found
    with tenant_scope(cast.acme.tenant_id):
        assert not any(model._default_manager.filter(condition).exists() for condition in found)


@pytest.mark.parametrize("model", [each for each in ALL if isinstance(kind_of(each._meta.label), OfContact)])
@pytest.mark.django_db
def test_each_says_what_of_it_goes_with_a_single_message(model: type[TenantModel], cast: Cast) -> None:
    kind = kind_of(model._meta.label)
    assert isinstance(kind, OfContact)
    if isinstance(kind.part, str):
        assert kind.part, "Say which rows go with a message or a conversation alone, or why none does."
        return
    names = (
        *holdings._links,
        "runs",
        "sources",
        "segments",
        "summaries",
        "notes",
        "feedback",
        "judgements",
        "requests",
        "traces",
    )
    links = dict.fromkeys(names, (cast.acme.tenant_id,))
    conditions = list(kind.part(Part(cast.acme.tenant_id, (cast.acme.tenant_id,), links)))
    assert conditions
    with tenant_scope(cast.acme.tenant_id):
        assert not any(model._default_manager.filter(condition).exists() for condition in conditions)


def test_rows_that_refer_to_others_come_before_them(cast: Cast) -> None:
    order = [model._meta.label for model in tables_of(Company(cast.acme.tenant_id))]
    assert order.index("agents.Turn") < order.index("agents.Message") < order.index("agents.Conversation")
    assert order.index("agents.FactSource") < order.index("agents.Fact")
    assert order.index("ingestion.Chunk") < order.index("ingestion.DocumentVersion") < order.index("ingestion.Document")
    assert order[-1] == "tenants.Tenant"
