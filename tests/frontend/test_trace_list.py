"""The list of traces: narrowed by outcome, time and money."""

from django.test import Client

from rapport.ids import Prefix, encode
from tests.frontend.seed import Seeded

QUESTION = "How long may I return the jacket of order A-10482?"


def page(client: Client, query: str = "") -> str:
    return client.get(f"/traces/{query}").content.decode()


def test_each_leads_to_its_waterfall(alice_client: Client, seeded: Seeded) -> None:
    shown = page(alice_client)
    assert f"/traces/{encode(Prefix.TRACE, seeded.trace_id)}/" in shown
    assert QUESTION in shown


def test_they_are_narrowed(alice_client: Client, seeded: Seeded) -> None:
    trace = encode(Prefix.TRACE, seeded.trace_id)
    assert trace in page(alice_client, "?outcome=answered&days=7")
    assert trace not in page(alice_client, "?outcome=unknown")
    assert "No trace fits" in page(alice_client, "?outcome=trial")
    assert "No trace fits" in page(alice_client, "?slow=10000&dear=100000")
    assert trace in page(alice_client, "?slow=abc&days=9&outcome=gone")
    assert alice_client.get("/traces/?agent=nonsense").status_code == 404


def test_a_stranger_sees_none(charlie_client: Client, seeded: Seeded) -> None:
    assert "No traces yet" in page(charlie_client)
    assert encode(Prefix.TRACE, seeded.trace_id) not in page(charlie_client)
