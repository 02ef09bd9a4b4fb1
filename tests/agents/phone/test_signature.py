"""A carrier's signature: the examples of its own documentation, its pitfalls, and what is no signature."""

import pytest

from agents.channels.phone.signature import HEADER, SETTINGS_HEADER, is_signed, sign

# https://www.twilio.com/docs/usage/security, "Validating signatures"
URL = "https://mycompany.com/myapp.php?foo=1&bar=2"
FORM = [
    ("CallSid", "CA1234567890ABCDE"),
    ("Caller", "+14158675309"),
    ("Digits", "1234"),
    ("From", "+14158675309"),
    ("To", "+18005551212"),
]
SECRET = "12345"
SIGNATURE = "RSOYDt4T1cUTdK1PDd93/VVr8B8="


def headers(signature: str, settings: str = "") -> dict[str, str]:
    return {HEADER: signature, **({SETTINGS_HEADER: settings} if settings else {})}


def test_the_documentation_s_example() -> None:
    assert is_signed(URL, FORM, headers(SIGNATURE), SECRET)
    assert is_signed(URL, FORM[::-1], headers(SIGNATURE), SECRET), "fields are sorted by name"


@pytest.mark.parametrize(
    ("url", "form", "signature", "secret"),
    [
        (URL, FORM, SIGNATURE, "12346"),
        (URL, FORM[:-1], SIGNATURE, SECRET),
        (URL, [*FORM[:-1], ("To", "+18005551213")], SIGNATURE, SECRET),
        (f"{URL}&baz=3", FORM, SIGNATURE, SECRET),
        (URL.replace("https", "http"), FORM, SIGNATURE, SECRET),
        (URL, FORM, "", SECRET),
        (URL, FORM, "RSOYDt4T1cUTdK1PDd93/VVr8B9=", SECRET),
        (URL, FORM, "ä", SECRET),
        (URL, FORM, sign(URL, ""), ""),
    ],
)
def test_anything_else_is_refused(url: str, form: list[tuple[str, str]], signature: str, secret: str) -> None:
    assert not is_signed(url, form, headers(signature), secret)


def test_a_line_is_signed_by_its_own_scheme_and_with_or_without_its_port() -> None:
    line = "wss://voice.example.com/phone/ten_1/phn_1/line"
    with_port = "wss://voice.example.com:443/phone/ten_1/phn_1/line"
    for told, signed in ((line, line), (line, with_port), (with_port, line)):
        assert is_signed(told, (), headers(sign(signed, SECRET)), SECRET)
    for other in (line.replace("wss", "https"), f"{line}/", line.replace(".com", ".com:8443")):
        assert not is_signed(line, (), headers(sign(other, SECRET)), SECRET)


def test_the_settings_header_says_which_hash() -> None:
    newer = sign(URL + "".join(name + value for name, value in FORM), SECRET, "sha256")
    settings = "key=SK0123,algorithm=HMAC_SHA256"
    assert is_signed(URL, FORM, headers(newer, settings), SECRET)
    assert not is_signed(URL, FORM, headers(newer), SECRET)
    assert not is_signed(URL, FORM, headers(SIGNATURE, settings), SECRET)
    assert not is_signed(URL, FORM, headers(SIGNATURE, "algorithm=HMAC_MD5"), SECRET)
