"""Who a contact says it is, who the tenant knows it is, and that nobody else sees it."""

from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from ingestion.contacts import selectors
from ingestion.contacts.errors import ContactNotFound, IdentityTaken, InvalidIdentity
from ingestion.contacts.selectors import Wanted, get_contact, get_contacts, list_contacts
from ingestion.contacts.services import (
    Identity,
    create_visitor,
    describe_contact,
    ensure_contact,
    identify_contact,
    touch_contact,
)
from ingestion.models import Contact
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.cast import Cast


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def test_a_visitor_is_nobody_in_particular(tenant_id: UUID) -> None:
    contact = get_contact(tenant_id=tenant_id, contact_id=create_visitor(tenant_id=tenant_id))
    assert contact.is_anonymous
    assert contact.display_name == f"Visitor {contact.id.hex[-4:]}"


def test_a_claimed_name_is_shown_and_proves_nothing(tenant_id: UUID) -> None:
    contact_id = create_visitor(tenant_id=tenant_id)
    describe_contact(tenant_id=tenant_id, contact_id=contact_id, name="Anna")
    contact = get_contact(tenant_id=tenant_id, contact_id=contact_id)
    assert (contact.display_name, contact.is_anonymous) == ("Anna", True)


def test_a_claimed_name_does_not_replace_the_tenants(tenant_id: UUID) -> None:
    contact_id = ensure_contact(tenant_id=tenant_id, external_id="crm-7", name="Anna Schmidt")
    describe_contact(tenant_id=tenant_id, contact_id=contact_id, name="The Boss")
    assert get_contact(tenant_id=tenant_id, contact_id=contact_id).name == "Anna Schmidt"


def test_the_tenants_own_id_is_one_contact(tenant_id: UUID) -> None:
    assert ensure_contact(tenant_id=tenant_id, external_id="crm-7") == ensure_contact(
        tenant_id=tenant_id, external_id="crm-7"
    )


def test_identifying_is_written_down_without_the_identity_itself(tenant_id: UUID) -> None:
    contact_id = create_visitor(tenant_id=tenant_id)
    identity = Identity(email="Anna@Shop.example", phone="+491712345678")
    identify_contact(tenant_id=tenant_id, contact_id=contact_id, identity=identity, actor=SYSTEM)
    contact = get_contact(tenant_id=tenant_id, contact_id=contact_id)
    assert (contact.email, contact.phone, contact.is_anonymous) == ("anna@shop.example", "+491712345678", False)
    with tenant_scope(tenant_id):
        assert AuditEntry.objects.get(action="contact.identified").details == {"fields": ["email", "phone"]}


def test_two_contacts_are_never_made_one_silently(tenant_id: UUID) -> None:
    identity = Identity(email="anna@shop.example")
    first, second = create_visitor(tenant_id=tenant_id), create_visitor(tenant_id=tenant_id)
    identify_contact(tenant_id=tenant_id, contact_id=first, identity=identity, actor=SYSTEM)
    with pytest.raises(IdentityTaken):
        identify_contact(tenant_id=tenant_id, contact_id=second, identity=identity, actor=SYSTEM)
    assert get_contact(tenant_id=tenant_id, contact_id=second).is_anonymous


def test_companies_may_know_the_same_person(cast: Cast) -> None:
    for company in (cast.acme, cast.other):
        contact_id = create_visitor(tenant_id=company.tenant_id)
        identity = Identity(email="anna@shop.example")
        identify_contact(tenant_id=company.tenant_id, contact_id=contact_id, identity=identity, actor=SYSTEM)
        assert not get_contact(tenant_id=company.tenant_id, contact_id=contact_id).is_anonymous


@pytest.mark.parametrize(
    "identity",
    [
        Identity(),
        Identity(email="anna"),
        Identity(email="anna@shop"),
        Identity(phone="0171 2345678"),
        Identity(external_id="x" * 201),
    ],
)
def test_an_identity_that_is_none_is_refused(tenant_id: UUID, identity: Identity) -> None:
    contact_id = create_visitor(tenant_id=tenant_id)
    with pytest.raises(InvalidIdentity):
        identify_contact(tenant_id=tenant_id, contact_id=contact_id, identity=identity, actor=SYSTEM)


def test_pages_of_contacts_hold_each_once(tenant_id: UUID) -> None:
    made = [create_visitor(tenant_id=tenant_id) for _ in range(5)]
    first = list_contacts(tenant_id=tenant_id, limit=3)
    rest = list_contacts(tenant_id=tenant_id, limit=3, before=first[-1].id)
    assert [contact.id for contact in (*first, *rest)] == made[::-1]


def test_a_stranger_neither_sees_nor_changes_a_contact(cast: Cast, tenant_id: UUID) -> None:
    contact_id, stranger = create_visitor(tenant_id=tenant_id), cast.other.tenant_id
    identity = Identity(email="evil@other.example")
    with pytest.raises(ContactNotFound):
        get_contact(tenant_id=stranger, contact_id=contact_id)
    with pytest.raises(ContactNotFound):
        identify_contact(tenant_id=stranger, contact_id=contact_id, identity=identity, actor=SYSTEM)
    describe_contact(tenant_id=stranger, contact_id=contact_id, name="Mallory")
    assert touch_contact(tenant_id=stranger, contact_id=contact_id) is False
    assert list_contacts(tenant_id=stranger) == []
    assert get_contacts(tenant_id=stranger, contact_ids=[contact_id]) == {}
    assert get_contact(tenant_id=tenant_id, contact_id=contact_id).name == ""


def test_the_database_holds_one_contact_for_the_tenants_own_id(tenant_id: UUID) -> None:
    ensure_contact(tenant_id=tenant_id, external_id="crm-7")
    with tenant_scope(tenant_id), pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(external_id="crm-7")


def test_words_are_looked_for_among_the_newest_and_then_among_all(
    tenant_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "LOOKED_AT", 3)
    names = ["Ada Old", "Berta", "Cleo", "Dora New", "Emil New", "Fritz New"]
    for number, name in enumerate(names):
        email = f"{name.split()[0].lower()}@example.org"
        contact_id = ensure_contact(tenant_id=tenant_id, external_id=f"crm-{number}", name=name)
        with tenant_scope(tenant_id):
            Contact.objects.filter(id=contact_id).update(email=email, phone=f"+4917012345{number:02}")

    def found(text: str, limit: int = 2, **page: UUID) -> list[str]:
        return [each.name for each in list_contacts(tenant_id=tenant_id, limit=limit, wanted=Wanted(text=text), **page)]

    assert found("new") == ["Fritz New", "Emil New"]
    assert found("new", limit=9) == ["Fritz New", "Emil New", "Dora New"]
    assert found("ada@EXAMPLE") == ["Ada Old"]
    assert found("4501") == ["Berta"]
    assert found("crm-2") == ["Cleo"]
    assert found("nobody") == []
    last = list_contacts(tenant_id=tenant_id, limit=2, wanted=Wanted(text="example"))[-1]
    assert found("example", limit=3, before=last.id) == ["Dora New", "Cleo", "Berta"]
