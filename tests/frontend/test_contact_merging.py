"""Merging on the dashboard: the other contact is found, what becomes one is shown, and it can be taken back."""

from uuid import UUID

import pytest
from django.test import Client

from ingestion.contacts.merging import family_of
from ingestion.models import Contact
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tenants.models import AuditEntry
from tests.cast import Cast
from tests.frontend.seed import Seeded
from tests.frontend.test_inbox_page import PAGE


@pytest.fixture
def other(cast: Cast, seeded: Seeded) -> UUID:
    with tenant_scope(cast.acme.tenant_id):
        return Contact.objects.create(name="M. Lind", email="m.lind@work.example", is_anonymous=False).id


def test_the_other_one_is_found_compared_merged_and_taken_back(
    cast: Cast, seeded: Seeded, other: UUID, alice_client: Client
) -> None:
    mara, lind = (encode(Prefix.CONTACT, each) for each in (seeded.contact_id, other))
    page = alice_client.get(f"/contacts/{mara}/merge-with/?q=lind").content.decode()
    assert (f"?with={lind}" in page, f"?with={mara}" in page) == (True, False)
    page = alice_client.get(f"/contacts/{mara}/merge-with/?with={lind}").content.decode()
    assert ("Read both as M. Lind" in page, "Mara Lind" in page) == (True, True)
    page = alice_client.get(f"/contacts/{mara}/merge-with/?with={lind}&turned").content.decode()
    assert "Read both as Mara Lind" in page
    alice_client.cookies["csrftoken"] = "a" * 32
    done = alice_client.post(f"/contacts/{lind}/merge/", {"into": mara}, headers=PAGE)
    assert done["Location"] == f"/contacts/{mara}/"
    assert set(family_of(tenant_id=cast.acme.tenant_id, contact_id=other)) >= {other, seeded.contact_id}
    page = alice_client.get(f"/contacts/{mara}/merge-with/?with={lind}").content.decode()
    assert "These two are read as one already." in page
    alice_client.post(f"/contacts/{lind}/unmerge/", headers=PAGE)
    assert family_of(tenant_id=cast.acme.tenant_id, contact_id=other) == (other,)
    with tenant_scope(cast.acme.tenant_id):
        told = list(AuditEntry.objects.filter(subject=lind).order_by("id").values_list("action", flat=True))
    assert told == ["contact.merged", "contact.unmerged"]
    assert f"/audit/?subject={mara}" in alice_client.get(f"/contacts/{mara}/").content.decode()


def test_strangers_and_readers_compare_nothing(
    seeded: Seeded, other: UUID, bob_client: Client, charlie_client: Client, alice_client: Client
) -> None:
    mara, lind = (encode(Prefix.CONTACT, each) for each in (seeded.contact_id, other))
    path = f"/contacts/{mara}/merge-with/?with={lind}"
    assert (bob_client.get(path).status_code, charlie_client.get(path).status_code) == (403, 404)
    own = encode(Prefix.CONTACT, UUID(int=7))
    assert alice_client.get(f"/contacts/{mara}/merge-with/?with={own}").status_code == 404
