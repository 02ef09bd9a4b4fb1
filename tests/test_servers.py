"""The corners of the servers that tests get belong to them alone, and are gone afterwards."""

from urllib.parse import urlsplit

import httpx
import pytest

from tests import servers
from tests.servers import Database

pytestmark = pytest.mark.server


def test_a_fresh_database_is_empty_and_the_roles_are_what_they_should_be(postgres: Database) -> None:
    import psycopg

    rights = "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
    for url, may_create in ((postgres.app_url, False), (postgres.owner_url, True), (postgres.ops_url, False)):
        with psycopg.connect(url) as connection:
            assert connection.execute(rights).fetchone() == (False, False, may_create, False)
            assert connection.execute("SELECT current_database()").fetchone() == (postgres.name,)
    with psycopg.connect(postgres.app_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("CREATE TABLE public.mine (id int)")


def test_a_fresh_database_is_dropped_even_when_somebody_is_still_connected() -> None:
    import psycopg

    with servers.fresh_database() as database:
        left_open = psycopg.connect(database.app_url)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(database.app_url)
    left_open.close()


def test_topics_and_groups_with_the_prefix_are_deleted_and_others_are_not() -> None:
    from kafka import KafkaAdminClient

    url = servers.address("EVENTS_URL")
    mine, others = f"{servers.token()}.", f"{servers.token()}."
    admin = KafkaAdminClient(bootstrap_servers=urlsplit(url).netloc)
    for prefix in (mine, others):
        admin.create_topics({f"{prefix}things": {"num_partitions": 2, "replication_factor": 1}})
    servers.delete_topics(url, mine)
    left = [topic for topic in admin.list_topics() if topic.startswith((mine, others))]
    servers.delete_topics(url, others)
    admin.close()
    assert left == [f"{others}things"]


def test_keys_with_the_prefix_are_deleted_and_others_are_not() -> None:
    import redis

    url = servers.address("STREAMS_URL")
    mine, others = servers.token(), servers.token()
    with redis.Redis.from_url(url, decode_responses=True) as client:
        client.set(f"{mine}:a", 1)
        client.set(f"{others}:a", 1, ex=60)
        servers.delete_keys(url, mine)
        assert client.exists(f"{mine}:a", f"{others}:a") == 1
        servers.delete_keys(url, others)


def test_collections_with_the_prefix_are_deleted_and_others_are_not() -> None:
    url = servers.address("VECTORS_URL")
    parts = urlsplit(url)
    client = httpx.Client(
        base_url=f"http://{parts.hostname}:{parts.port}", headers={"Authorization": f"Bearer {parts.password}"}
    )
    mine, others = servers.token().capitalize(), servers.token().capitalize()
    for prefix in (mine, others):
        client.post("/v1/schema", json={"class": f"{prefix}Thing", "vectorizer": "none"}).raise_for_status()
    servers.delete_collections(url, mine)
    left = {found["class"] for found in client.get("/v1/schema").json()["classes"]}
    servers.delete_collections(url, others)
    client.close()
    assert f"{others}Thing" in left
    assert f"{mine}Thing" not in left


def test_the_settings_for_all_five_are_complete(server_environment: dict[str, str]) -> None:
    assert set(server_environment) == set(servers.addresses())
