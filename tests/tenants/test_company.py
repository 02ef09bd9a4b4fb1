"""A company's settings: checked field by field, written once, with what was before in the audit log."""

from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries

from tenants.actors import user_actor
from tenants.company import CompanySettings, update_company
from tenants.context import tenant_scope
from tenants.errors import InvalidTenant
from tenants.models import AuditEntry, Tenant
from tenants.retention import Retention
from tenants.selectors import get_tenant, knowing, list_members
from tests.cast import Cast

pytestmark = pytest.mark.django_db
WANTED = CompanySettings("Acme Tools", "acme-tools", "Europe/Berlin", "de", Retention(conversations_days=90))


def save(cast: Cast, wanted: CompanySettings) -> None:
    update_company(tenant_id=cast.acme.tenant_id, wanted=wanted, actor=user_actor(cast.alice.id))


def entries(cast: Cast) -> list[AuditEntry]:
    with tenant_scope(cast.acme.tenant_id):
        return list(AuditEntry.objects.filter(action="tenant.updated"))


def test_all_settings_are_kept_and_audited_with_what_was_before(cast: Cast) -> None:
    save(cast, replace(WANTED, name="  Acme   Tools "))
    found = get_tenant(cast.acme.tenant_id)
    assert (found.name, found.slug, found.time_zone, found.locale) == (
        "Acme Tools",
        "acme-tools",
        "Europe/Berlin",
        "de",
    )
    assert found.retention == Retention(conversations_days=90)
    (entry,) = entries(cast)
    assert entry.before["slug"] == "acme"
    assert entry.after["retention"]["conversations_days"] == 90


def test_saving_the_same_again_writes_nothing(cast: Cast) -> None:
    save(cast, WANTED)
    save(cast, WANTED)
    assert len(entries(cast)) == 1


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"slug": "no spaces"}, "slug"),
        ({"slug": "Ünïcode"}, "slug"),
        ({"slug": "other"}, "slug"),  # Charlie's company has it
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"locale": "tlh"}, "locale"),
        ({"retention": Retention(traces_days=0)}, "traces_days"),
        ({"retention": Retention(events_days=99999)}, "events_days"),
    ],
)
def test_what_cannot_be_is_refused_by_its_name(cast: Cast, wrong: dict[str, object], param: str) -> None:
    with pytest.raises(InvalidTenant) as caught:
        save(cast, replace(WANTED, **wrong))  # type: ignore[arg-type]
    assert caught.value.param == param
    assert Tenant.objects.get(id=cast.acme.tenant_id).slug == "acme"


def test_a_forms_periods_are_days_or_nothing() -> None:
    assert Retention.read({"conversations_days": " 30 ", "traces_days": ""}) == Retention(conversations_days=30)
    for wrong in ("-1", "1.5", "ten", "٣", "9" * 5000):
        with pytest.raises(InvalidTenant):
            Retention.read({"events_days": wrong})


def test_a_row_of_another_version_is_read() -> None:
    assert Retention.of({"traces_days": 7, "calls_days": 3, "events_days": "no"}) == Retention(traces_days=7)


def test_a_company_that_is_known_is_not_read_again(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    acme = get_tenant(cast.acme.tenant_id)
    with knowing(acme), django_assert_num_queries(1):
        assert get_tenant(cast.acme.tenant_id) is acme
        assert get_tenant(cast.other.tenant_id).id == cast.other.tenant_id
    with django_assert_num_queries(1):
        assert get_tenant(cast.acme.tenant_id) == acme


def test_members_are_read_once_where_the_company_is_known(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    acme = get_tenant(cast.acme.tenant_id)
    with knowing(acme), django_assert_num_queries(2):
        members = list_members(cast.acme.tenant_id)
        members.clear()  # its own list: the next one asks anew
        assert [each.user_id for each in list_members(cast.acme.tenant_id)] == [cast.alice.id, cast.bob.id]
        assert [each.user_id for each in list_members(cast.other.tenant_id)] == [cast.charlie.id]
    with django_assert_num_queries(1):
        assert list_members(cast.acme.tenant_id)
