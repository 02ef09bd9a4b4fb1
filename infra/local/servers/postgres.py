"""A PostgreSQL cluster of Rapport's own: three roles (owner, app, ops), one database, on loopback, without sockets.

It refuses to run as root, so root runs it as the account that Debian's package made. What app and ops may do in the
database is granted by the product's migrations, not here.
"""

import os
import pwd
import re
import shutil
import signal
import subprocess
from pathlib import Path

from infra.local import process
from infra.local.errors import NotHealthy, ServicesError, WrongCredentials
from infra.local.servers.base import Server

OLDEST = 15
ROLES = {
    "owner": "NOSUPERUSER CREATEDB NOCREATEROLE NOBYPASSRLS",
    "app": "NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
    "ops": "NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS",
}
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "300",
    "shared_buffers": "256MB",
    "log_min_error_statement": "panic",  # statements that set passwords stay out of the log
    "timezone": "UTC",
}


class Postgres(Server):
    name = "postgres"
    title = "PostgreSQL"
    ports = ("postgres",)
    polite_signal = signal.SIGINT  # "fast": open connections are closed, nothing is waited for
    start_seconds = 120  # crash recovery replays the log first

    @property
    def version(self) -> str:  # type: ignore[override]
        folder = find_programs()
        return folder.parent.name if folder else f"≥ {OLDEST}"

    @property
    def folder(self) -> Path:
        return self.machine.data("postgres")

    def programs(self) -> dict[str, str]:
        return {} if find_programs() else {"initdb": "postgresql"}

    def install(self) -> None:
        if not find_programs():
            raise ServicesError(f"PostgreSQL {OLDEST} or newer is needed, with initdb: install Debian's `postgresql`.")

    def prepare(self) -> None:
        if (self.folder / "PG_VERSION").exists():
            self._refuse_other_version()
            return
        shutil.rmtree(self.folder, ignore_errors=True)  # an initdb that was interrupted
        self.folder.mkdir(mode=0o700)
        password_file = self.folder.with_name("postgres.password")
        password_file.write_text(self.machine.passwords["postgres"])
        for path in (self.folder, password_file):
            _give_to_account(path)
        try:
            self._run("initdb", "-D", str(self.folder), "-U", "postgres", "-A", "scram-sha-256", "-E", "UTF8",
                      "--locale=C.UTF-8", f"--pwfile={password_file}")  # fmt: skip
        except ServicesError:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        finally:
            password_file.unlink()

    def _refuse_other_version(self) -> None:
        has = (self.folder / "PG_VERSION").read_text().strip()
        if has != self.version:
            raise ServicesError(
                f"The data in {self.folder} was written by PostgreSQL {has}, installed is {self.version}: "
                f"install postgresql-{has}, or remove that folder to begin with an empty database."
            )

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [*as_account(self.folder), str(_program(program)), *arguments],
            capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        if done.returncode:
            raise ServicesError(f"{program} failed: {done.stderr.strip() or done.stdout.strip()}")

    def command(self) -> process.Command:
        settings = [f"-c{name}={value}" for name, value in {**SETTINGS, "port": str(self.port)}.items()]
        self._end_orphans()
        return process.Command(
            [*as_account(self.folder), str(_program("postgres")), "-D", str(self.folder), *settings], cwd=Path("/")
        )

    def _end_orphans(self) -> None:
        """After kill -9 of the server its children hold the shared memory until they notice; a new one would refuse."""
        for pid in process.working_in(self.folder):
            process.send(pid, signal.SIGKILL)
        process.wait_until(lambda: not process.working_in(self.folder), 10)

    def check(self) -> None:
        self._query("SELECT 1", "postgres")

    def settle(self) -> None:
        roles = "\n".join(self._role(name, rights) for name, rights in ROLES.items())
        make_database = "CREATE DATABASE rapport OWNER rapport_owner"
        self._query(roles + _unless_there("pg_database WHERE datname", "rapport", make_database), "postgres")

    def _role(self, name: str, rights: str) -> str:
        role = f"rapport_{name}"
        password = self.machine.passwords[name]
        return (
            _unless_there("pg_roles WHERE rolname", role, f"CREATE ROLE {role}")
            + f"ALTER ROLE {role} LOGIN {rights} NOREPLICATION PASSWORD '{password}';\n"
        )

    def _query(self, sql: str, database: str) -> None:
        done = subprocess.run(
            [str(_program("psql")), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", str(self.port),
             "-U", "postgres", "-d", database, "-o", os.devnull],
            input=sql, capture_output=True, text=True, check=False, cwd="/", timeout=30,
            env={**os.environ, "PGPASSWORD": self.machine.passwords["postgres"], "PGCONNECT_TIMEOUT": "5"},
        )  # fmt: skip
        if "password authentication failed" in done.stderr:
            raise WrongCredentials(
                f"it refuses the password in machine.json; {self.folder} is from another machine.json"
            )
        if done.returncode:
            raise NotHealthy(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "psql failed")


def _unless_there(catalogue: str, name: str, statement: str) -> str:
    return f"SELECT '{statement}' WHERE NOT EXISTS (SELECT FROM {catalogue} = '{name}') \\gexec\n"


def find_programs() -> Path | None:
    """The folder with initdb and postgres: Debian keeps one for each major version, off the path."""
    candidates = {
        int(folder.parent.name): folder
        for folder in Path("/usr/lib/postgresql").glob("*/bin")
        if re.fullmatch(r"\d+", folder.parent.name) and (folder / "initdb").exists()
    }
    suitable = [version for version in candidates if version >= OLDEST]
    return candidates[min(suitable)] if suitable else None


def _program(name: str) -> Path:
    folder = find_programs()
    if not folder:
        raise ServicesError(
            f"PostgreSQL {OLDEST} or newer is not installed: run `make services` as root, or install it."
        )
    return folder / name


def _account() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _give_to_account(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, _account().pw_uid, _account().pw_gid)


def as_account(folder: Path) -> list[str]:
    """How root becomes the account; nothing for everybody else."""
    if os.geteuid() != 0:
        return []
    account = _account()
    become = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    if _may_reach(folder, become):
        return become
    # The checkout is in a folder that only root may enter (/root, a temporary folder): the account may pass, not write.
    for right in ("dac_read_search", "dac_override"):
        passing = [*become, f"--inh-caps=+{right}", f"--ambient-caps=+{right}"]
        if _may_reach(folder, passing):
            return passing
    raise ServicesError(
        f"PostgreSQL runs as the account {account.pw_name}, which may not enter {folder.parent}: "
        "set SERVICES_DIR to a folder that it may enter, /var/lib/rapport for instance."
    )


def _may_reach(folder: Path, become: list[str]) -> bool:
    return subprocess.run([*become, "test", "-r", str(folder)], capture_output=True, check=False).returncode == 0
