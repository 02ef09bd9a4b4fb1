"""A domain is believed when a real name server says what we asked its owner to write there, and by one company only."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

import pytest

from rapport import dns
from rapport.config import get_config
from tenants.actors import SYSTEM
from tenants.context import tenant_scope
from tenants.errors import InvalidSignOn, SignOnNotFound
from tenants.models import AuditEntry
from tenants.sign_on.domains import (
    MOST_DOMAINS,
    DomainView,
    add_domain,
    domain_of,
    list_domains,
    normalise_domain,
    remove_domain,
    verify_domain,
)
from tests.cast import Cast
from tests.name_server import NameServer, running_name_server

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    with running_name_server() as server:
        config = replace(get_config(), dns_servers=(server.address,))
        monkeypatch.setattr(dns, "get_config", lambda: config)
        yield server


def add(tenant_id: UUID, domain: str = "acme.example") -> DomainView:
    domain_id = add_domain(tenant_id=tenant_id, domain=domain, actor=SYSTEM)
    return next(each for each in list_domains(tenant_id) if each.id == domain_id)


def verify(tenant_id: UUID, domain: DomainView) -> None:
    verify_domain(tenant_id=tenant_id, domain_id=domain.id, actor=SYSTEM)


def test_the_record_verifies_it_and_the_log_says_so(cast: Cast, server: NameServer) -> None:
    tenant_id = cast.acme.tenant_id
    domain = add(tenant_id, " @ACME.example. ")
    assert (domain.domain, domain.record) == ("acme.example", "_rapport.acme.example")
    server.texts = {domain.record: ["v=spf1 -all", domain.value]}
    verify(tenant_id, domain)
    assert list_domains(tenant_id)[0].verified_at
    with tenant_scope(tenant_id):
        actions = list(AuditEntry.objects.filter(action__startswith="sign_on").values_list("action", flat=True))
    assert sorted(actions) == ["sign_on_domain.added", "sign_on_domain.verified"]


def test_no_record_a_wrong_one_and_one_of_another_name_verify_nothing(cast: Cast, server: NameServer) -> None:
    tenant_id = cast.acme.tenant_id
    domain, others = add(tenant_id), add(cast.other.tenant_id)
    wrong: list[dict[str, list[str]]] = [
        {},
        {domain.record: []},
        {domain.record: ["nothing"]},
        {domain.record: [others.value]},
        {"acme.example": [domain.value]},
        {domain.record: [f"{domain.value}x"]},
    ]
    for texts in wrong:
        server.texts = texts
        with pytest.raises(InvalidSignOn, match="no TXT record"):
            verify(tenant_id, domain)
    assert list_domains(tenant_id)[0].verified_at is None


def test_a_name_server_that_cannot_answer_is_no_answer(cast: Cast, server: NameServer) -> None:
    server.is_broken = True
    with pytest.raises(dns.DnsUnavailable):
        verify(cast.acme.tenant_id, add(cast.acme.tenant_id))


@pytest.mark.django_db(transaction=True)
def test_a_domain_is_verified_for_one_company_only(cast: Cast, server: NameServer) -> None:
    mine, others = add(cast.acme.tenant_id), add(cast.other.tenant_id)
    server.texts = {mine.record: [mine.value, others.value]}
    verify(cast.acme.tenant_id, mine)
    with pytest.raises(InvalidSignOn, match="Another company"):
        verify(cast.other.tenant_id, others)
    remove_domain(tenant_id=cast.acme.tenant_id, domain_id=mine.id, actor=SYSTEM)
    verify(cast.other.tenant_id, others)


def test_another_companys_domain_is_not_found(cast: Cast, server: NameServer) -> None:
    domain = add(cast.acme.tenant_id)
    server.texts = {domain.record: [domain.value]}
    with pytest.raises(SignOnNotFound):
        verify(cast.other.tenant_id, domain)
    with pytest.raises(SignOnNotFound):
        remove_domain(tenant_id=cast.other.tenant_id, domain_id=domain.id, actor=SYSTEM)
    assert len(list_domains(cast.acme.tenant_id)) == 1


def test_the_list_is_short_and_says_each_once(cast: Cast) -> None:
    add(cast.acme.tenant_id)
    with pytest.raises(InvalidSignOn, match="already"):
        add(cast.acme.tenant_id)
    for number in range(MOST_DOMAINS - 1):
        add(cast.acme.tenant_id, f"acme{number}.example")
    with pytest.raises(InvalidSignOn, match="Remove one"):
        add(cast.acme.tenant_id, "one-more.example")


@pytest.mark.parametrize(
    "wrong", ["", "acme", "acme..example", "a b.example", "127.0.0.1", "x" * 300 + ".example", "a@b@c"]
)
def test_what_can_be_no_domain_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidSignOn):
        normalise_domain(wrong)


def test_names_are_compared_as_name_servers_write_them() -> None:
    assert normalise_domain("Bücher.example") == "xn--bcher-kva.example"
    assert domain_of(" Ada@ACME.example ") == "acme.example"
    assert domain_of("nobody") == domain_of("a@b@acme.example") == ""
