"""Kafka: one node that is broker and controller (KRaft), from the jars on Maven Central."""

import re
import socket
import struct
import subprocess
from pathlib import Path

from infra.local import process
from infra.local.errors import NotHealthy, ServicesError
from infra.local.installing import fetch_jars, refuse_old_java
from infra.local.servers.base import Server

CONFIG = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={folder}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
# Topics are made by `manage.py topics`; a mistyped name is an error.
auto.create.topics.enable=false
num.network.threads=2
num.io.threads=4
log.retention.hours=168
"""
API_VERSIONS, METADATA, FIND_COORDINATOR = 18, 3, 10


class Kafka(Server):
    name = "kafka"
    title = "Kafka"
    pinned = "4.3.1"
    ports = ("kafka", "kafka_controller")
    start_seconds = 180  # after kill -9 it reads its logs first
    stop_seconds = 60

    @property
    def jars(self) -> Path:
        return self.machine.software(f"kafka-{self.version}")

    @property
    def folder(self) -> Path:
        return self.machine.data("kafka")

    @property
    def properties(self) -> Path:
        return self.machine.config("kafka.properties")

    def programs(self) -> dict[str, str]:
        return {"java": "default-jdk-headless", "mvn": "maven"}

    def install(self) -> None:
        refuse_old_java()
        fetch_jars("kafka", self.jars)

    def prepare(self) -> None:
        self.properties.write_text(
            CONFIG.format(port=self.port, controller=self.machine.ports["kafka_controller"], folder=self.folder)
        )
        if not (self.folder / "meta.properties").exists():
            self._format()

    def _format(self) -> None:
        identity = self._tool("random-uuid").strip().splitlines()[-1]
        self._tool("format", "--standalone", "-t", identity, "-c", str(self.properties), "--ignore-formatted")

    def _tool(self, *arguments: str) -> str:
        done = subprocess.run(
            ["java", "-Xmx256m", "-cp", f"{self.jars}/*", "kafka.tools.StorageTool", *arguments],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise ServicesError(f"Kafka's folder {self.folder} could not be prepared: {done.stderr.strip()[-500:]}")
        return done.stdout

    def command(self) -> process.Command:
        return process.Command(
            ["java", "-Xmx512m", "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
             "-Dorg.slf4j.simpleLogger.showDateTime=true",
             "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss",
             f"-Dkafka.logs.dir={self.machine.log('kafka').parent}",
             "-cp", f"{self.jars}/*", "kafka.Kafka", str(self.properties)],
        )  # fmt: skip

    def check(self) -> None:
        """Ready when it lists itself among the live brokers and can serve groups.

        The first question for a group's coordinator makes a new broker create the topic of offsets: that takes a while.
        """
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            _ask(connection, API_VERSIONS, 0, b"")
            brokers = struct.unpack_from(">i", _ask(connection, METADATA, 1, struct.pack(">i", 0)))[0]
            group = b"rapport-local"
            question = struct.pack(">h", len(group)) + group + b"\0"
            error = struct.unpack_from(">h", _ask(connection, FIND_COORDINATOR, 1, question), 4)[0]
        if not brokers:
            raise NotHealthy("it answers, but has not joined its own cluster yet")
        if error:
            raise NotHealthy(f"it answers, but does not serve groups yet (error {error})")

    def explain(self, log_tail: str) -> str:
        if "No space left on device" in log_tail:
            return "The disk is full."
        if re.search(r"Invalid cluster\.id|doesn't match stored", log_tail):
            return f"{self.folder} belongs to another cluster: remove it."
        return ""


def _ask(connection: socket.socket, key: int, version: int, body: bytes) -> bytes:
    """One request of Kafka's protocol; what comes back, without the correlation id."""
    client = b"rapport-local"
    header = struct.pack(">hhih", key, version, 1, len(client)) + client
    connection.sendall(struct.pack(">i", len(header) + len(body)) + header + body)
    size = struct.unpack(">i", _read(connection, 4))[0]
    return _read(connection, size)[4:]


def _read(connection: socket.socket, size: int) -> bytes:
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise NotHealthy("it closed the connection")
        data += part
    return data
