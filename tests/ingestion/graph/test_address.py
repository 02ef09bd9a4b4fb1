"""GRAPH_URL is read, or refused by name; the password never shows."""

import pytest

from ingestion.graph.errors import GraphStoreMisconfigured
from ingestion.graph.neo4j.address import read_address


@pytest.mark.parametrize(
    ("url", "uri", "database"),
    [
        ("bolt://neo4j:secret@graph.example:7000", "bolt://graph.example:7000", "neo4j"),
        ("neo4j+s://neo4j:secret@graph.example?database=rapport", "neo4j+s://graph.example:7687", "rapport"),
        ("bolt+s://neo4j:secret@[::1]", "bolt+s://[::1]:7687", "neo4j"),
    ],
)
def test_it_is_taken_apart(url: str, uri: str, database: str) -> None:
    address = read_address(url)
    assert (address.uri, address.database, address.password) == (uri, database, "secret")
    assert "secret" not in f"{address!r}{address.place}"


def test_a_password_may_hold_anything() -> None:
    assert read_address("bolt://me:a%40b%2Fc@host").password == "a@b/c"


@pytest.mark.parametrize(
    "url", ["bolt://host", "bolt://neo4j@host", "bolt://", "http://neo4j:secret@host", "bolt://neo4j:secret@host:port"]
)
def test_what_is_incomplete_is_refused(url: str) -> None:
    with pytest.raises(GraphStoreMisconfigured, match="GRAPH_URL") as refused:
        read_address(url)
    assert "secret" not in refused.value.message
