"""Every column that sounds like a secret says how it is kept, and is kept so; keys change without losing anything."""

import json
from io import StringIO
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from rapport import encryption
from rapport.ids import new_id
from tenants.privacy import secrets
from tenants.privacy.models import Departure
from tenants.privacy.receipts import sign
from tenants.privacy.secrets import Encrypted, Plain, encrypted_columns, rotate_all, sounding_columns, way_of
from tests.cast import Cast


def test_every_column_that_sounds_like_a_secret_says_how_it_is_kept() -> None:
    missing = [f"{label}.{column}" for label, column in sounding_columns() if way_of(label, column) is None]
    assert not missing, (
        f"{', '.join(missing)}: in the app's privacy.py write declare_secret(table, column, …) with Encrypted(), "
        "Hashed(how), or NoSecret(what it is)."
    )


def test_nothing_is_kept_as_it_is_but_what_django_keeps() -> None:
    plain = {f"{label}.{column}" for (label, column), way in secrets._columns.items() if isinstance(way, Plain)}
    assert plain == {"sessions.Session.session_key", "usersessions.UserSession.session_key"}


def test_what_is_declared_is_there() -> None:
    from django.apps import apps

    for label, column in secrets._columns:
        assert apps.get_model(label)._meta.get_field(column)


@pytest.fixture
def under_the_old_key(cast: Cast, settings: LazySettings) -> Authenticator:
    """Two factors and a departure, encrypted under a key that has been replaced since."""
    new = settings.SECRET_KEY
    settings.SECRET_KEY = "the-one-before-" + "x" * 40
    TOTP.activate(cast.alice, "SECRETSECRET")
    RecoveryCodes.activate(cast.alice)
    Departure.objects.create(tenant_id=new_id(), recipients=encryption.encrypt("someone"))
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], new
    return Authenticator.objects.get(user=cast.alice, type="totp")


def test_everything_is_written_anew_and_still_reads(under_the_old_key: Authenticator, settings: LazySettings) -> None:
    out = StringIO()
    call_command("rotate_secrets", stdout=out)
    assert "mfa.Authenticator.data: 2 written anew, 0 current already, 0 unreadable" in out.getvalue()
    settings.SECRET_KEY_FALLBACKS = []
    under_the_old_key.refresh_from_db()
    assert encryption.decrypt(under_the_old_key.data["secret"]) == "SECRETSECRET"
    assert encryption.decrypt(Departure.objects.get().recipients) == "someone"


def test_broken_off_it_goes_on_where_it_was(
    under_the_old_key: Authenticator, monkeypatch: pytest.MonkeyPatch, settings: LazySettings
) -> None:
    rotated, calls = encryption.rotate, []

    def dies_the_second_time(token: str) -> str:
        calls.append(token)
        if len(calls) == 2:
            raise ZeroDivisionError
        return rotated(token)

    monkeypatch.setattr(secrets, "BATCH", 1)
    with monkeypatch.context() as patch:
        patch.setattr(encryption, "rotate", dies_the_second_time)
        with pytest.raises(ZeroDivisionError):
            rotate_all()
    done = rotate_all()["mfa.Authenticator.data"]
    assert (done.rotated, done.current) == (1, 1)


def test_what_cannot_be_read_is_said(under_the_old_key: Authenticator, settings: LazySettings) -> None:
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(CommandError, match="SECRET_KEY_FALLBACKS"):
        call_command("rotate_secrets", stdout=StringIO())


def test_encrypted_columns_hold_no_readable_secret(cast: Cast) -> None:
    assert {label for label, _, _ in encrypted_columns()} >= {"mfa.Authenticator", "tenants.Departure"}
    assert all(isinstance(way, Encrypted) for _, _, way in encrypted_columns())
    TOTP.activate(cast.alice, "SECRETSECRET")
    assert "SECRETSECRET" not in str(Authenticator.objects.get(user=cast.alice).data)


def test_a_receipt_is_checked_by_a_command(tmp_path: Path, settings: LazySettings) -> None:
    body = {"id": "ers_1", "finished_at": "now", "erased": 3, "stores": [{"name": "x", "after": 0}]}
    path, out = tmp_path / "receipt.json", StringIO()
    path.write_text(json.dumps(sign(body)))
    call_command("verify_receipt", str(path), stdout=out)
    assert "Signed here and unchanged: ers_1" in out.getvalue()
    path.write_text(json.dumps({**sign(body), "erased": 4}))
    with pytest.raises(CommandError, match="was changed"):
        call_command("verify_receipt", str(path))
    receipt = sign(body)
    settings.SECRET_KEY = "another-" + "y" * 40
    path.write_text(json.dumps(receipt))
    with pytest.raises(CommandError, match="no key of this installation"):
        call_command("verify_receipt", str(path))
    path.write_text("[]")
    with pytest.raises(CommandError, match="no receipt"):
        call_command("verify_receipt", str(path))
