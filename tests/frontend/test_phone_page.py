"""The page Phone: numbers are added, changed and removed there, secrets are never shown, and calls appear."""

import pytest
from django.test import Client

from agents.channels.phone.calls import begin_call, end_call, find_line, note_status, take_up
from agents.channels.phone.frames import Setup
from agents.errors import CallRefused
from agents.models import Call, PhoneNumber
from rapport.encryption import decrypt
from rapport.ids import Prefix, encode
from tenants.context import tenant_scope
from tests.agents.phone.telnyx_carrier import key_of, public_of
from tests.cast import Cast
from tests.frontend.test_api_keys import fresh

pytestmark = pytest.mark.django_db
ACCOUNT, TOKEN = "AC0123456789abcdef", "token-0123456789"


@pytest.fixture
def trusted(cast: Cast) -> Client:
    return fresh(cast)


def entered(cast: Cast, **changed: str) -> dict[str, str]:
    return {
        "number": "+49 30 123456",
        "agent": encode(Prefix.AGENT, cast.acme.agent_id),
        "account_id": ACCOUNT,
        "secret": TOKEN,
        "language": "de-DE",
        "greeting": "Guten Tag, hier spricht ein Automat.",
        "is_enabled": "on",
        **changed,
    }


def add(client: Client, cast: Cast, **changed: str) -> PhoneNumber:
    assert client.post("/phone-numbers/", entered(cast, **changed)).status_code == 302
    with tenant_scope(cast.acme.tenant_id):
        return PhoneNumber.objects.latest("id")


def test_a_number_is_added_and_says_where_its_calls_go(cast: Cast, trusted: Client) -> None:
    row = add(trusted, cast)
    assert (row.number, row.language, decrypt(row.secret)) == ("+4930123456", "de-DE", TOKEN)
    page = trusted.get("/phone-numbers/").content.decode()
    company, number = encode(Prefix.TENANT, cast.acme.tenant_id), encode(Prefix.PHONE_NUMBER, row.id)
    assert f"/phone/{company}/{number}/voice" in page
    assert TOKEN not in page
    assert "…6789" in page


def test_a_menu_is_kept_line_by_line(cast: Cast, trusted: Client) -> None:
    asked = {"menu": "1 = When are you open?\n\n 2=Where = my order? ", "menu_prompt": "Press 1 or 2."}
    row = add(trusted, cast, **asked)
    assert row.menu == {"1": "When are you open?", "2": "Where = my order?"}
    page = trusted.get("/phone-numbers/").content.decode()
    assert "1 = When are you open?\n2 = Where = my order?</textarea>" in page
    line = find_line(tenant_id=cast.acme.tenant_id, number_id=row.id)
    assert line is not None
    assert line.welcome == "Guten Tag, hier spricht ein Automat. Press 1 or 2."


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("menu", "When are you open?", "as a line like"),
        ("menu", "1 = a\n1 = b", "in the menu twice"),
        ("menu", "1 = When are you open?", "hear of the keys"),
        ("number", "030 123456", "with its country code"),
        ("account_id", "A C", "account SID"),
        ("secret", "", "auth token"),
        ("secret", "short", "auth token"),
        ("carrier", "vonage", "Twilio or Telnyx"),
        ("language", "Deutsch!", "en-US or de-DE"),
        ("greeting", "x" * 501, "at most 500"),
        ("transfer_to", "+49 900 123456", "rate of their own"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(cast: Cast, trusted: Client, field: str, value: str, said: str) -> None:
    answer = trusted.post("/phone-numbers/", entered(cast, **{field: value}))
    assert answer.status_code == 400
    assert said in answer.content.decode()


def test_a_number_at_telnyx_has_a_public_key(cast: Cast, trusted: Client) -> None:
    key = public_of(key_of(1))
    row = add(trusted, cast, carrier="telnyx", account_id="1f1a8b6f-1234-4abc-9def-1234567890ab", secret=key)
    assert (row.carrier, decrypt(row.secret)) == ("telnyx", key)
    page = trusted.get("/phone-numbers/").content.decode()
    assert "TeXML application" in page
    assert '<option value="telnyx" selected>' in page
    path = f"/phone-numbers/{encode(Prefix.PHONE_NUMBER, row.id)}/change/"
    answer = trusted.post(path, entered(cast, carrier="twilio", account_id=row.account_id, secret=""))
    assert "auth token: enter it, too" in answer.content.decode()


def test_a_number_is_there_once(cast: Cast, trusted: Client) -> None:
    add(trusted, cast)
    answer = trusted.post("/phone-numbers/", entered(cast, number="0049 30-123456"))
    assert "This number is there already." in answer.content.decode()


def test_a_change_keeps_the_token_but_not_for_another_account(cast: Cast, trusted: Client) -> None:
    row = add(trusted, cast)
    path = f"/phone-numbers/{encode(Prefix.PHONE_NUMBER, row.id)}/change/"
    assert trusted.post(path, entered(cast, secret="", language="en-GB")).status_code == 302
    assert "enter it, too" in trusted.post(path, entered(cast, secret="", account_id="AC9999999999")).content.decode()
    with tenant_scope(cast.acme.tenant_id):
        row.refresh_from_db()
    assert (row.language, row.account_id, decrypt(row.secret)) == ("en-GB", ACCOUNT, TOKEN)


def test_calls_are_seen_and_outlive_their_number(cast: Cast, trusted: Client) -> None:
    row = add(trusted, cast)
    line = find_line(tenant_id=cast.acme.tenant_id, number_id=row.id)
    assert line is not None
    call_id, word = begin_call(line, carrier_id="CA1", caller="+4915112345678")
    assert begin_call(line, carrier_id="CA1", caller="+4915112345678")[0] == call_id, "told twice, it is one call"
    assert "rings" in trusted.get("/phone-numbers/").content.decode()
    with pytest.raises(CallRefused):
        take_up(line, Setup("VX1", "CA1", ACCOUNT, {"token": word}))  # the second telling gave another word
    _, word = begin_call(line, carrier_id="CA1", caller="+4915112345678")
    take_up(line, Setup("VX1", "CA1", ACCOUNT, {"token": word}))
    with pytest.raises(CallRefused):
        begin_call(line, carrier_id="CA1", caller="+4915112345678")
    assert end_call(tenant_id=cast.acme.tenant_id, call_id=call_id, reason="handed_off")
    assert not note_status(line, carrier_id="CA1", status="completed"), "the first ending stays"
    trusted.post(f"/phone-numbers/{encode(Prefix.PHONE_NUMBER, row.id)}/remove/")
    page = trusted.get("/phone-numbers/").content.decode()
    assert "handed over" in page
    assert "No number yet" in page
    with tenant_scope(cast.acme.tenant_id):
        assert Call.objects.get().number == "+4930123456"
    assert find_line(tenant_id=cast.acme.tenant_id, number_id=row.id) is None


def test_a_number_that_is_off_is_not_there(cast: Cast, trusted: Client) -> None:
    form = entered(cast)
    del form["is_enabled"]
    trusted.post("/phone-numbers/", form)
    with tenant_scope(cast.acme.tenant_id):
        row = PhoneNumber.objects.get()
    assert find_line(tenant_id=cast.acme.tenant_id, number_id=row.id) is None


def test_who_signed_in_long_ago_confirms_first(cast: Cast, alice_client: Client) -> None:
    answer = alice_client.post("/phone-numbers/", entered(cast))
    assert answer.status_code in (302, 403)
    with tenant_scope(cast.acme.tenant_id):
        assert not PhoneNumber.objects.exists()


def test_only_who_may_change_agents_changes_numbers(cast: Cast, trusted: Client, bob_client: Client) -> None:
    add(trusted, cast)
    assert bob_client.post("/phone-numbers/", entered(cast, number="+4930999999")).status_code == 403


def test_a_stranger_sees_no_number(cast: Cast, trusted: Client, charlie_client: Client) -> None:
    add(trusted, cast)
    assert "+4930123456" not in charlie_client.get("/phone-numbers/").content.decode()
