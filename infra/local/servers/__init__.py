"""The five servers, in the order in which they are started; they are stopped in the opposite one."""

from infra.local.machine import Machine
from infra.local.servers.base import Server
from infra.local.servers.kafka import Kafka
from infra.local.servers.neo4j import Neo4j
from infra.local.servers.postgres import Postgres
from infra.local.servers.redis import Redis
from infra.local.servers.weaviate import Weaviate

KINDS: tuple[type[Server], ...] = (Postgres, Redis, Kafka, Neo4j, Weaviate)


def all_servers(machine: Machine) -> list[Server]:
    return [kind(machine) for kind in KINDS]
