"""Whom events are about: exact identities, browsers apart until they are linked, and nobody made one by likeness."""

from itertools import permutations
from uuid import UUID

import pytest

from ingestion.contacts.merging import family_of, unmerge_contact
from ingestion.models import Contact, ContactEvent, ContactIdentity, ContactMerge, IdentityKind
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.cast import Cast
from tests.ingestion.incoming.sending import Json, message, tell


@pytest.fixture
def tenant_id(cast: Cast) -> UUID:
    return cast.acme.tenant_id


def contacts(tenant_id: UUID) -> list[Contact]:
    """Who stands for themselves."""
    with tenant_scope(tenant_id):
        return list(Contact.objects.filter(merged_into=None).order_by("id"))


def timeline(tenant_id: UUID, contact_id: UUID) -> list[str]:
    family = family_of(tenant_id=tenant_id, contact_id=contact_id)
    with tenant_scope(tenant_id):
        return list(
            ContactEvent.objects.filter(contact_id__in=family).order_by("occurred_at").values_list("name", flat=True)
        )


MARA = {"email": "Mara@Customer.example", "phone": "+49 171 234 5678", "name": "Mara Lind"}


def test_identify_makes_a_contact_and_finds_it_again(tenant_id: UUID) -> None:
    tell(tenant_id, message("identify", userId="u1", traits=MARA), message("track", minutes=1, userId="u1", event="A"))
    (mara,) = contacts(tenant_id)
    assert (mara.name, mara.email, mara.phone, mara.external_id, mara.is_anonymous) == (
        "Mara Lind",
        "mara@customer.example",
        "+491712345678",
        "u1",
        False,
    )
    assert timeline(tenant_id, mara.id) == ["", "A"]
    with tenant_scope(tenant_id):
        digests = ContactIdentity.objects.values_list("digest", flat=True)
        assert len(digests) == 3
        assert all(len(each) == 64 and "mara" not in each for each in digests)
        assert AuditEntry.objects.filter(action="contact.created").count() == 1


def test_a_browser_is_someone_apart_until_it_is_linked(tenant_id: UUID) -> None:
    tell(
        tenant_id,
        message("page", anonymousId="b1", name="Home"),
        message("track", minutes=1, userId="u1", anonymousId="b1", event="Bought"),
    )
    browser, buyer = contacts(tenant_id)
    assert (browser.is_anonymous, buyer.is_anonymous) == (True, False)
    tell(tenant_id, message("identify", minutes=2, userId="u1", anonymousId="b1", traits=MARA))
    (mara,) = contacts(tenant_id)
    assert mara.id == buyer.id
    assert timeline(tenant_id, mara.id) == ["Home", "Bought", ""]
    tell(tenant_id, message("page", minutes=3, anonymousId="b1", name="Later"))
    assert timeline(tenant_id, mara.id)[-1] == "Later"


def test_an_unknown_browser_becomes_who_identifies_in_it(tenant_id: UUID) -> None:
    tell(tenant_id, message("page", anonymousId="b1", name="Home"))
    tell(tenant_id, message("identify", minutes=1, userId="u1", anonymousId="b1", traits=MARA))
    (mara,) = contacts(tenant_id)
    with tenant_scope(tenant_id):
        assert Contact.objects.count() == 1
    assert timeline(tenant_id, mara.id) == ["Home", ""]


def test_two_people_at_one_browser_stay_two(tenant_id: UUID) -> None:
    for number in (1, 2):
        tell(tenant_id, message("identify", minutes=number, userId=f"u{number}", anonymousId="b1"))
    assert [each.external_id for each in contacts(tenant_id)] == ["u1", "u2"]
    tell(tenant_id, message("page", anonymousId="b1", name="Home"))
    tell(tenant_id, message("identify", minutes=3, userId="u3", anonymousId="b1"))
    assert len(contacts(tenant_id)) == 3


JOURNEY = (
    message("page", anonymousId="b1", name="Home"),
    message("identify", minutes=1, userId="u1", anonymousId="b1", traits=MARA),
    message("track", minutes=2, userId="u1", event="Bought"),
    message("alias", minutes=3, previousId="old", userId="u1"),
    message("page", minutes=4, anonymousId="old", name="Long ago"),
)


@pytest.mark.parametrize("order", list(permutations(range(5)))[::13])
def test_in_whatever_order_they_come_the_end_is_the_same(tenant_id: UUID, order: tuple[int, ...]) -> None:
    tell(tenant_id, *(JOURNEY[number] for number in order))
    (mara,) = contacts(tenant_id)
    assert (mara.external_id, mara.name, mara.email) == ("u1", "Mara Lind", "mara@customer.example")
    assert timeline(tenant_id, mara.id) == ["Home", "", "Bought", "", "Long ago"]


def test_alias_makes_two_known_people_one_and_it_can_be_taken_back(tenant_id: UUID) -> None:
    tell(
        tenant_id,
        message("identify", userId="old", traits={"name": "M. Lind"}),
        message("track", minutes=1, userId="old", event="Before"),
        message("identify", minutes=2, userId="new", traits={"name": "Mara Lind"}),
        message("alias", minutes=3, previousId="old", userId="new"),
        message("track", minutes=4, userId="old", event="After"),
    )
    (mara,) = contacts(tenant_id)
    assert (mara.name, timeline(tenant_id, mara.id)) == ("Mara Lind", ["", "Before", "", "", "After"])
    with tenant_scope(tenant_id):
        merged = ContactMerge.objects.get()
        assert (merged.reason, merged.merged_by) == ("alias", "system")
        assert AuditEntry.objects.filter(action="contact.merged").count() == 1
    unmerge_contact(tenant_id=tenant_id, contact_id=merged.contact_id, actor=SYSTEM)
    old, new = contacts(tenant_id)
    assert timeline(tenant_id, old.id) == ["", "Before", "After"]
    assert timeline(tenant_id, new.id) == ["", ""]


def test_the_same_address_at_two_ids_is_two_people(tenant_id: UUID) -> None:
    tell(tenant_id, message("identify", userId="u1", traits=MARA), message("identify", userId="u2", traits=MARA))
    first, second = contacts(tenant_id)
    assert (first.email, second.email) == ("mara@customer.example", "")


def test_an_address_finds_who_has_no_id_yet(tenant_id: UUID) -> None:
    tell(tenant_id, message("identify", anonymousId="b1", traits=MARA))
    tell(tenant_id, message("identify", minutes=1, userId="u1", traits={"email": "MARA@customer.example"}))
    (mara,) = contacts(tenant_id)
    assert (mara.external_id, mara.phone) == ("u1", "+491712345678")


def test_a_new_address_takes_the_old_ones_place(tenant_id: UUID) -> None:
    tell(
        tenant_id,
        message("identify", minutes=5, userId="u1", traits={"email": "new@customer.example", "name": "New"}),
        message("identify", minutes=1, userId="u1", traits={"email": "older@customer.example", "name": "Older"}),
        message("identify", minutes=9, userId="u1", traits={"email": "newest@customer.example"}),
    )
    (mara,) = contacts(tenant_id)
    assert (mara.email, mara.name) == ("newest@customer.example", "New")
    with tenant_scope(tenant_id):
        emails = ContactIdentity.objects.filter(kind=IdentityKind.EMAIL)
        assert [each.value for each in emails] == ["newest@customer.example"]


def test_what_is_no_address_is_only_a_trait(tenant_id: UUID) -> None:
    tell(tenant_id, message("identify", userId="u1", traits={"email": "none", "phone": "secret"}))
    (someone,) = contacts(tenant_id)
    assert (someone.email, someone.phone) == ("", "")


def test_companies_know_the_same_person_apart(cast: Cast) -> None:
    tell(cast.acme.tenant_id, message("identify", userId="u1", traits=MARA))
    tell(cast.other.tenant_id, message("identify", userId="u1", traits={"name": "Stranger"}))
    assert [each.name for each in contacts(cast.acme.tenant_id)] == ["Mara Lind"]
    assert [each.name for each in contacts(cast.other.tenant_id)] == ["Stranger"]


def test_a_batch_about_one_person_is_one_person(tenant_id: UUID) -> None:
    from tests.ingestion.incoming.sending import handle, receive

    messages: list[Json] = [message("track", minutes=each, userId="u1", event=f"E{each}") for each in range(120)]
    receive(tenant_id, messages)
    handle(tenant_id)
    (someone,) = contacts(tenant_id)
    assert timeline(tenant_id, someone.id) == [f"E{each}" for each in range(120)]
