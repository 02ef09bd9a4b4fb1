"""Weaviate, compiled from its Go module.

HTTP, gossip and raft stay on loopback. gRPC (which asks for the key) and the port for other nodes' data cannot be told
to: they listen on all interfaces.
"""

import http.client
import json

from infra.local import process
from infra.local.errors import NotHealthy, WrongCredentials
from infra.local.installing import compile_go
from infra.local.servers.base import Server


class Weaviate(Server):
    name = "weaviate"
    title = "Weaviate"
    pinned = "1.38.11"
    ports = (
        "weaviate", "weaviate_grpc", "weaviate_gossip", "weaviate_data", "weaviate_raft", "weaviate_raft_rpc",
    )  # fmt: skip
    start_seconds = 180
    stop_seconds = 60

    @property
    def program(self) -> str:
        return str(self.machine.software(f"weaviate-{self.version}") / "weaviate-server")

    def install(self) -> None:
        compile_go(
            f"github.com/weaviate/weaviate/cmd/weaviate-server@v{self.version}",
            self.machine.software(f"weaviate-{self.version}"),
            machine=self.machine,
        )

    def prepare(self) -> None:
        self.machine.data("weaviate").mkdir(exist_ok=True)

    def command(self) -> process.Command:
        return process.Command(
            [self.program, "--host", "127.0.0.1", "--port", str(self.port), "--scheme", "http"], env=self._environment()
        )

    def _environment(self) -> dict[str, str]:
        port = {name: str(number) for name, number in self.machine.ports.items()}
        return {
            "PERSISTENCE_DATA_PATH": str(self.machine.data("weaviate")),
            "CLUSTER_HOSTNAME": "node1",
            "CLUSTER_IN_LOCALHOST": "true",
            "CLUSTER_BIND_ADDR": "127.0.0.1",
            "CLUSTER_GOSSIP_BIND_PORT": port["weaviate_gossip"],
            "CLUSTER_DATA_BIND_PORT": port["weaviate_data"],
            "RAFT_PORT": port["weaviate_raft"],
            "RAFT_INTERNAL_RPC_PORT": port["weaviate_raft_rpc"],
            "RAFT_JOIN": "node1:" + port["weaviate_raft"],
            "RAFT_BOOTSTRAP_EXPECT": "1",
            "GRPC_PORT": port["weaviate_grpc"],
            "GO_PROFILING_DISABLE": "true",
            "DEFAULT_VECTORIZER_MODULE": "none",
            "ENABLE_API_BASED_MODULES": "false",
            "AUTOSCHEMA_ENABLED": "false",
            "DISABLE_TELEMETRY": "true",
            "AUTHENTICATION_APIKEY_ENABLED": "true",
            "AUTHENTICATION_APIKEY_ALLOWED_KEYS": self.machine.passwords["weaviate"],
            "AUTHENTICATION_APIKEY_USERS": "rapport",
            "AUTHENTICATION_ANONYMOUS_ACCESS_ENABLED": "false",
            "AUTHORIZATION_ADMINLIST_ENABLED": "true",
            "AUTHORIZATION_ADMINLIST_USERS": "rapport",
            "GOMEMLIMIT": "1GiB",
            "LOG_LEVEL": "warning",
        }

    def check(self) -> None:
        if (status := self._get("/v1/.well-known/ready")[0]) != http.client.OK:
            raise NotHealthy(f"it is not ready yet (HTTP {status})")
        status, body = self._get("/v1/meta")
        if status in {http.client.UNAUTHORIZED, http.client.FORBIDDEN}:
            raise WrongCredentials("it refuses the key in machine.json")
        if (version := json.loads(body).get("version")) != self.version:
            raise NotHealthy(f"it says that it is version {version}, not {self.version}")

    def _get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.machine.passwords['weaviate']}"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        except http.client.HTTPException as error:
            raise NotHealthy(f"it does not speak HTTP: {error!r}") from None
        finally:
            connection.close()

    def explain(self, log_tail: str) -> str:
        return "The disk is full." if "no space left on device" in log_tail else ""
