"""Redis for streams and the Celery broker.

What it carries can be rebuilt from PostgreSQL, so nothing is written to disk.
"""

import socket

from infra.local import process
from infra.local.errors import NotHealthy, WrongCredentials
from infra.local.machine import write_privately
from infra.local.servers.base import Server, program_version

CONFIG = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
save ""
appendonly no
maxmemory 512mb
# A broker must refuse rather than forget.
maxmemory-policy noeviction
daemonize no
"""


class Redis(Server):
    name = "redis"
    title = "Redis"
    ports = ("redis",)

    @property
    def version(self) -> str:
        return program_version("redis-server")

    def programs(self) -> dict[str, str]:
        return {"redis-server": "redis-server"}

    def prepare(self) -> None:
        folder = self.machine.data("redis")
        folder.mkdir(exist_ok=True)
        config = CONFIG.format(port=self.port, password=self.machine.passwords["redis"], folder=folder)
        write_privately(self.machine.config("redis.conf"), config)

    def command(self) -> process.Command:
        return process.Command(["redis-server", str(self.machine.config("redis.conf"))])

    def check(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(f"AUTH {self.machine.passwords['redis']}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2:
                if not (part := connection.recv(1024)):
                    break
                answer += part
        if answer.startswith(b"-WRONGPASS"):
            raise WrongCredentials("it refuses the password in machine.json")
        if b"+PONG" not in answer:
            raise NotHealthy(answer.decode(errors="replace").strip() or "it closed the connection")
