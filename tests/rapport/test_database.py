"""Roles and refusals: a process that would not be walled does not start, and says what to change."""

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from tests.running import ROOT
from tests.servers import Database

pytestmark = pytest.mark.server

ASK = "import django; django.setup(); from rapport.database import refuse_wrong_role; refuse_wrong_role(); print('fit')"


def start(url: str, code: str = ASK, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ, "DJANGO_SETTINGS_MODULE": "rapport.settings", "DATABASE_URL": url, "EMAIL_URL": "embedded:",
        "ALLOWED_HOSTS": "localhost", "DATABASE_OWNER_URL": "", "DATABASE_OPS_URL": "", **settings,
    }  # fmt: skip
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)  # noqa: PLW1510


def migrate(database: Database) -> None:
    done = start(
        database.app_url,
        "import django; django.setup()\nfrom django.core.management import call_command\n"
        "call_command('migrate', verbosity=0)",
        **{name: url for name, url in database.settings.items() if name != "DATABASE_URL"},
    )
    assert done.returncode == 0, done.stderr


def test_the_apps_role_is_fit_and_the_owner_is_not(postgres: Database) -> None:
    migrate(postgres)
    assert start(postgres.app_url).stdout.strip() == "fit"
    refused = start(postgres.owner_url)
    assert refused.returncode != 0
    assert "the role of DATABASE_URL owns the tables" in refused.stderr
    assert "DATABASE_OWNER_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_wrong_passwords_hosts_and_names_are_one_sentence(postgres: Database) -> None:
    parts = urlsplit(postgres.app_url)
    wrong = {
        f"postgres://{parts.username}:not-this-one@{parts.hostname}:{parts.port}{parts.path}": "refuses the password",
        f"postgres://{parts.username}:x@127.0.0.1:1{parts.path}": "does not answer",
        f"{postgres.app_url}_nowhere": "no such database",
    }
    for url, sentence in wrong.items():
        done = start(url)
        assert done.returncode != 0
        assert sentence in done.stderr
        assert "DATABASE_URL" in done.stderr
        assert "Traceback" not in done.stderr
        assert "not-this-one" not in done.stderr


def test_the_audit_log_takes_rows_and_changes_none(postgres: Database) -> None:
    import psycopg

    migrate(postgres)
    with psycopg.connect(postgres.app_url) as connection:
        for statement in ("UPDATE tenants_auditentry SET actor = ''", "DELETE FROM billing_usagerecord"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement.encode())
        connection.execute(b"SELECT count(*) FROM tenants_auditentry")
