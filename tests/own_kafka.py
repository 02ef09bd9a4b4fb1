"""A Kafka broker of one's own, with whatever listener a test needs; its software is that of `make services`."""

import contextlib
import signal
import socket
import subprocess
import time
from pathlib import Path

from infra.local.servers.kafka import Kafka
from tests.servers import address, env_file

CONFIG = """\
process.roles=broker,controller
node.id=1
controller.quorum.bootstrap.servers=127.0.0.1:{controller}
listeners=CLIENT://127.0.0.1:{port},INSIDE://127.0.0.1:{inside},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=CLIENT://127.0.0.1:{port},INSIDE://127.0.0.1:{inside},CONTROLLER://127.0.0.1:{controller}
inter.broker.listener.name=INSIDE
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,INSIDE:PLAINTEXT,CLIENT:{protocol}
log.dirs={data}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
{more}
"""
SECONDS = 120.0


class OwnKafka:
    """`protocol` and `more` are Kafka's own words for the listener; `users` may sign in by SCRAM-SHA-512."""

    def __init__(
        self, folder: Path, *, data: Path, protocol: str = "PLAINTEXT", more: str = "", users: str = ""
    ) -> None:
        address("EVENTS_URL")  # without the servers' software there is nothing to start
        self.folder = folder
        self.port, self.inside, self.controller = _free_ports(3)
        self.properties = folder / "kafka.properties"
        self.properties.write_text(
            CONFIG.format(
                port=self.port,
                inside=self.inside,
                controller=self.controller,
                protocol=protocol,
                data=data,
                more=more,
            )
        )
        self._jars = f"{env_file().with_name('software') / f'kafka-{Kafka.pinned}'}/*"
        self._process: subprocess.Popen[bytes] | None = None
        scram = ["--add-scram", users] if users else []
        words = ["format", "--standalone", "-t", "rapport-own-kafka-000A", "-c", str(self.properties), *scram]
        self._java("kafka.tools.StorageTool", *words).wait(SECONDS)

    def start(self) -> None:
        """Returns when it takes connections."""
        self._process = self._java("kafka.Kafka", str(self.properties))
        until = time.monotonic() + SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"Kafka did not start: {self.log[-2000:]}")
            time.sleep(0.2)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        return (self.folder / "kafka.log").read_text(errors="replace")

    def kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(signal.SIGKILL)
            self._process.wait(SECONDS)

    def _java(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / "kafka.log").open("ab") as log:
            return subprocess.Popen(
                [
                    "java",
                    "-Xmx256m",
                    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                    f"-Dkafka.logs.dir={self.folder}",
                    "-cp",
                    self._jars,
                    *words,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in taken:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in taken]
