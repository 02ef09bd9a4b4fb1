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
from infra.local.installing import RECIPES
from infra.local.servers.base import Server, program_version

OLDEST = 15
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
    def version(self) -> str:
        folder = find_programs()
        return program_version(str(folder / "postgres")) if folder else ""

    @property
    def folder(self) -> Path:
        return self.machine.data("postgres")

    def programs(self) -> dict[str, str]:
        return {} if find_programs() else {"initdb": "postgresql"}

    def useful_programs(self) -> dict[str, str]:
        return {"pgbouncer": "pgbouncer"}  # tests put it in front; it is not started here

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
        if has != _program("postgres").parent.parent.name:
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
        self._clear_up_after_a_crash()
        return process.Command(
            [*as_account(self.folder), str(_program("postgres")), "-D", str(self.folder), *settings], cwd=Path("/")
        )

    def _clear_up_after_a_crash(self) -> None:
        """After kill -9 its children hold the shared memory until they notice, and its pid may be a zombie's for long.

        A new server would refuse because of either. That none of ours runs was seen before.
        """
        for pid in process.working_in(self.folder):
            process.send(pid, signal.SIGKILL)
        if process.wait_until(lambda: not process.working_in(self.folder), 10):
            (self.folder / "postmaster.pid").unlink(missing_ok=True)

    def check(self) -> None:
        self._psql("-c", "SELECT 1")

    def settle(self) -> None:
        self._psql("-f", str(RECIPES / "postgres" / "roles.sql"))

    def _psql(self, *arguments: str) -> None:
        password = self.machine.passwords
        roles = {f"RAPPORT_{role.upper()}_PASSWORD": password[role] for role in ("owner", "app", "ops")}
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres", "-d", "postgres"]
        done = subprocess.run(
            [str(_program("psql")), "-X", "-q", "-o", os.devnull, *where, *arguments],
            env={**os.environ, **roles, "PGPASSWORD": password["postgres"], "PGCONNECT_TIMEOUT": "5"},
            capture_output=True, text=True, check=False, timeout=30,
        )  # fmt: skip
        said = done.stderr.strip()
        if "password authentication failed" in said:
            raise WrongCredentials(f"it refuses the password in machine.json: {self.folder} belongs to another one")
        if done.returncode:
            raise NotHealthy(said.splitlines()[-1] if said else "psql failed")


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
    """Tried, not asked: `access` would not tell what a capability allows."""
    return subprocess.run([*become, "test", "-d", f"{folder}/."], capture_output=True, check=False).returncode == 0
