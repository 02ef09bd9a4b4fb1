"""Roles and refusals: a process that would not be walled does not start, and says what to change."""

import subprocess
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from rapport.config import get_config
from rapport.database import database_settings
from tests.migrated import run
from tests.pooler import pooled
from tests.servers import Database

pytestmark = pytest.mark.server

ASK = "from rapport.database import refuse_wrong_role; refuse_wrong_role(); print('fit')"


def start(url: str, code: str = ASK, **settings: str) -> "subprocess.CompletedProcess[str]":
    named = {"DATABASE_URL": url, "DATABASE_OWNER_URL": "", "DATABASE_OPS_URL": "", **settings}
    return run(["-c", code], named)


def test_the_apps_role_is_fit_and_the_owner_is_not(migrated: Database) -> None:
    assert start(migrated.app_url).stdout.strip() == "fit"
    refused = start(migrated.owner_url)
    assert refused.returncode != 0
    assert "the role of DATABASE_URL owns the tables" in refused.stderr
    assert "DATABASE_OWNER_URL" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_wrong_passwords_hosts_and_names_are_one_sentence(migrated: Database) -> None:
    parts = urlsplit(migrated.app_url)
    wrong = {
        f"postgres://{parts.username}:not-this-one@{parts.hostname}:{parts.port}{parts.path}": "refuses the password",
        f"postgres://{parts.username}:x@127.0.0.1:1{parts.path}": "does not answer",
        f"{migrated.app_url}_nowhere": "no such database",
    }
    for url, sentence in wrong.items():
        done = start(url)
        assert done.returncode != 0
        assert sentence in done.stderr
        assert "DATABASE_URL" in done.stderr
        assert "Traceback" not in done.stderr
        assert "not-this-one" not in done.stderr


_APPEND_ONLY = (
    "UPDATE tenants_auditentry SET actor = ''",
    "DELETE FROM billing_usagerecord",
    "UPDATE billing_usagerecord SET price_micros = 0",
    "DELETE FROM billing_billingperiod",
    "UPDATE billing_billingperiod SET due_micros = 0",
    "UPDATE billing_planterm SET seats = 0",
)


def test_the_audit_log_takes_rows_and_changes_none(migrated: Database) -> None:
    with psycopg.connect(migrated.app_url) as connection:
        for statement in _APPEND_ONLY:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement.encode())
        connection.execute(b"SELECT count(*) FROM tenants_auditentry")


def test_the_role_of_maintenance_runs_nothing(migrated: Database) -> None:
    refused = start(migrated.ops_url)
    assert refused.returncode != 0
    assert "as the role of maintenance commands (DATABASE_OPS_URL) does" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.parametrize("command", ["run", "worker", "events"])
def test_every_process_asks_before_it_begins(migrated: Database, tmp_path: Path, command: str) -> None:
    code = f"import sys; sys.argv = ['manage.py', '{command}']; import manage; manage.main()"
    refused = start(migrated.ops_url, code, DATA_DIR=str(tmp_path), PORT="0", DEMO_SITE_PORT="0")
    assert refused.returncode != 0
    assert "as the role of maintenance commands" in refused.stderr


def test_the_web_process_asks_before_it_begins(migrated: Database) -> None:
    refused = start(migrated.ops_url, "import rapport.asgi")
    assert refused.returncode != 0
    assert "as the role of maintenance commands" in refused.stderr


def test_a_transaction_mode_pooler_is_fit_and_its_faults_are_one_sentence(migrated: Database) -> None:
    with pooled(migrated) as behind:
        assert start(behind.app_url).stdout.strip() == "fit"
        assert "owns the tables" in start(behind.owner_url).stderr
        parts = urlsplit(behind.app_url)
        place = f"{parts.hostname}:{parts.port}{parts.path}"
        wrong = {
            f"postgres://{parts.username}:not-this-one@{place}": "refuses the password",
            f"{behind.app_url}_nowhere": "no such database",
            f"{behind.app_url}?options=-c%20TimeZone%3DUTC": "refuses a parameter of DATABASE_URL",
        }
        for url, sentence in wrong.items():
            _one_sentence(start(url), sentence)


def test_a_pooler_that_logs_everybody_in_as_the_owner_is_refused(migrated: Database) -> None:
    """What counts is who we are at the server, not the name in the address."""
    owner = urlsplit(migrated.owner_url)
    with pooled(migrated, more=f"user={owner.username} password={owner.password}") as behind:
        _one_sentence(start(behind.app_url), "the role of DATABASE_URL owns the tables")


def test_a_pooler_in_statement_mode_is_refused(migrated: Database) -> None:
    with pooled(migrated, mode="statement") as behind:
        _one_sentence(start(behind.app_url), "Set pool_mode = transaction")


def test_a_pooler_with_no_server_behind_it_is_refused(migrated: Database) -> None:
    nowhere = replace(migrated, app_url=urlunsplit(urlsplit(migrated.app_url)._replace(netloc="a:b@127.0.0.1:1")))
    with pooled(nowhere, wait_seconds=2) as behind:
        _one_sentence(start(behind.app_url), "has no connection to PostgreSQL to give")


def _one_sentence(done: "subprocess.CompletedProcess[str]", sentence: str) -> None:
    assert done.returncode != 0
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert "not-this-one" not in done.stderr


def test_migrations_run_through_a_pooler_too(postgres: Database) -> None:
    with pooled(postgres) as behind:
        assert run(["manage.py", "migrate", "--verbosity", "0"], behind.settings).returncode == 0
        assert start(behind.app_url).stdout.strip() == "fit"


def test_what_an_address_says_of_encryption_is_kept() -> None:
    url = "postgres://a:b@db.example/rapport?sslmode=verify-full&connect_timeout=9"
    options = database_settings(get_config(), url)["OPTIONS"]
    assert (options["sslmode"], int(options["connect_timeout"]), options["prepare_threshold"]) == (
        "verify-full",
        9,
        None,
    )


def test_ops_may_touch_only_what_its_commands_need(migrated: Database) -> None:
    refused = (
        "SELECT password FROM tenants_user", "SELECT 1 FROM django_session", "SELECT 1 FROM agents_message",
        "SELECT 1 FROM tenants_widgetkey", "SELECT 1 FROM billing_usagerecord", "DELETE FROM tenants_auditentry",
        "UPDATE tenants_tenant SET name = ''", "ALTER TABLE ingestion_chunk DISABLE ROW LEVEL SECURITY",
    )  # fmt: skip
    with psycopg.connect(migrated.ops_url) as connection:
        for statement in refused:
            with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                connection.execute(statement.encode())
        connection.execute(b"SELECT 1 FROM tenants_tenant")
        connection.execute(b"UPDATE events_inboxevent SET attempts = 0")
