"""Neo4j Community from the jars on Maven Central, started through its published builder (`Launcher.java`)."""

import os
import socket
import struct
import subprocess
from pathlib import Path

from infra.local import process
from infra.local.errors import NotHealthy, ServicesError, WrongCredentials
from infra.local.installing import RECIPES, fetch_jars, refuse_old_java
from infra.local.servers.base import Server

CONFIG = """\
server.default_listen_address=127.0.0.1
server.directories.logs={logs}
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:{port}
server.bolt.advertised_address=127.0.0.1:{port}
server.bolt.tls_level=DISABLED
server.http.enabled=false
server.https.enabled=false
server.memory.heap.max_size=512m
server.memory.pagecache.size=256m
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
db.tx_log.rotation.retention_policy=1 days 100M
db.transaction.timeout=30s
dbms.memory.transaction.total.max=256m
"""
OPENED = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")


class Neo4j(Server):
    name = "neo4j"
    title = "Neo4j"
    pinned = "5.26.30"
    ports = ("neo4j",)
    start_seconds = 180
    stop_seconds = 60

    @property
    def jars(self) -> Path:
        return self.machine.software(f"neo4j-{self.version}")

    @property
    def folder(self) -> Path:
        return self.machine.data("neo4j")

    @property
    def config(self) -> Path:
        return self.folder / "conf" / "neo4j.conf"

    def programs(self) -> dict[str, str]:
        return {"java": "default-jdk-headless", "javac": "default-jdk-headless", "mvn": "maven"}

    def install(self) -> None:
        refuse_old_java()
        fetch_jars("neo4j", self.jars)

    def prepare(self) -> None:
        logs = self.machine.log("neo4j").parent / "neo4j"
        for folder in (self.config.parent, logs):
            folder.mkdir(parents=True, exist_ok=True)
        self.config.write_text(CONFIG.format(port=self.port, logs=logs))
        if not (self.folder / "data" / "dbms").exists():
            self._set_first_password()

    def _set_first_password(self) -> None:
        done = subprocess.run(
            ["java", "-cp", f"{self.jars}/*", "org.neo4j.cli.AdminTool", "dbms", "set-initial-password",
             self.machine.passwords["neo4j"]],
            capture_output=True, text=True, check=False,
            env={**os.environ, "NEO4J_HOME": str(self.folder), "NEO4J_CONF": str(self.config.parent)},
        )  # fmt: skip
        if done.returncode:
            raise ServicesError(f"Neo4j's first password could not be set: {done.stderr.strip()[-500:]}")

    def command(self) -> process.Command:
        opened = [f"--add-opens={module}=ALL-UNNAMED" for module in OPENED]
        return process.Command(
            ["java", "-cp", f"{self.jars}/*", *opened, "-Dlog4j2.disable.jmx=true", "-Xmx512m",
             str(RECIPES / "neo4j" / "Launcher.java"), str(self.folder), str(self.config)],
        )  # fmt: skip

    def check(self) -> None:
        """Ready when it lets us in and answers a query."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            bolt = _Bolt(connection)
            bolt.greet()
            bolt.log_in("neo4j", self.machine.passwords["neo4j"])
            bolt.run("RETURN 1")


class _Bolt:
    """As much of the Bolt 5 protocol as a health check needs: https://neo4j.com/docs/bolt/current/."""

    HELLO, LOGON, RUN, PULL, SUCCESS = 0x01, 0x6A, 0x10, 0x3F, 0x70

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def greet(self) -> None:
        versions = bytes([0, 4, 4, 5]) + bytes(12)  # 5.0 to 5.4
        self._connection.sendall(b"\x60\x60\xb0\x17" + versions)
        if self._read(4)[3] != 5:
            raise NotHealthy("it does not speak Bolt 5")
        self._send(self.HELLO, {"user_agent": "rapport-local/1", "bolt_agent": {"product": "rapport-local/1"}})

    def log_in(self, user: str, password: str) -> None:
        try:
            self._send(self.LOGON, {"scheme": "basic", "principal": user, "credentials": password})
        except NotHealthy as error:
            if "Unauthorized" in str(error):
                raise WrongCredentials("it refuses the password in machine.json") from None
            raise

    def run(self, query: str) -> None:
        self._send(self.RUN, query, {}, {})
        self._send(self.PULL, {"n": -1})

    def _send(self, tag: int, *fields: object) -> None:
        message = bytes([0xB0 + len(fields), tag]) + b"".join(map(_pack, fields))
        self._connection.sendall(struct.pack(">H", len(message)) + message + b"\0\0")
        while (answer := self._receive())[1] == 0x71:  # a record, before the summary
            pass
        if answer[1] != self.SUCCESS:
            raise NotHealthy("".join(chr(byte) for byte in answer[2:] if 32 <= byte < 127))

    def _receive(self) -> bytes:
        message = b""
        while size := struct.unpack(">H", self._read(2))[0]:
            message += self._read(size)
        return message or self._receive()

    def _read(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._connection.recv(size - len(data))
            if not part:
                raise NotHealthy("it closed the connection")
            data += part
        return data


def _pack(value: object) -> bytes:
    """PackStream for short strings, small integers and small maps."""
    if isinstance(value, str):
        data = value.encode()
        return bytes([0xD0, len(data)]) + data
    if isinstance(value, int):
        return struct.pack(">b", value)
    if isinstance(value, dict):
        return bytes([0xA0 + len(value)]) + b"".join(_pack(key) + _pack(item) for key, item in value.items())
    raise TypeError(type(value))
