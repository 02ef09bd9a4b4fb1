"""What a call sends and how its answer is read."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from rapport_sdk import (
    AsyncRapport,
    ConfigurationError,
    DocumentFailedError,
    InvalidRequestError,
    NotFoundError,
    Rapport,
    ServerError,
    UnexpectedAnswerError,
)
from tests.sdks.naughty import Naughty, refuses, says, streams
from tests.sdks.samples import AGENT, DOCUMENT, page


def test_an_answer_is_a_typed_object_and_unknown_fields_are_no_trouble(server: Naughty, client: Rapport) -> None:
    server.will(says({**AGENT, "of_next_year": 1}))
    agent = client.agents.get("agt_1")
    assert (agent.name, agent.suggested_questions) == ("Ada", ["How?"])
    assert agent.created_at == datetime(2026, 11, 26, 8, 0, 0, 500_000, UTC)


def test_an_answer_that_lacks_something_says_what(server: Naughty, client: Rapport) -> None:
    server.will(says({"id": "agt_1"}))
    with pytest.raises(UnexpectedAnswerError, match="without name"):
        client.agents.get("agt_1")


def test_only_what_is_given_is_sent_with_the_key_and_who_asks(server: Naughty, client: Rapport) -> None:
    server.will(says(AGENT, 201))
    client.agents.create(name="Ada", suggested_questions=["How?"])
    (asked,) = server.asked
    assert (asked.method, asked.path) == ("POST", "/v1/agents")
    assert asked.json == {"name": "Ada", "suggested_questions": ["How?"]}
    assert asked.headers["authorization"] == "Bearer rp_sk_test_x"
    assert asked.headers["user-agent"].startswith("rapport-sdk-python/0.1.0 python/3.")
    assert len(asked.headers["idempotency-key"]) == 36


def test_an_id_cannot_leave_its_place_in_the_address(server: Naughty, client: Rapport) -> None:
    server.will(refuses(404))
    with pytest.raises(NotFoundError):
        client.agents.get("../keys?x=#")
    assert server.asked[0].path == "/v1/agents/..%2Fkeys%3Fx%3D%23"
    for wrong in ("", ".", ".."):
        with pytest.raises(ValueError, match="agent_id"):
            client.agents.get(wrong)


def test_times_in_filters_are_iso(server: Naughty, client: Rapport) -> None:
    server.will(says(page()))
    assert list(client.traces.list(since=datetime(2026, 1, 2, tzinfo=UTC))) == []
    assert server.asked[0].path == "/v1/traces?since=2026-01-02T00%3A00%3A00%2B00%3A00"


def test_a_file_is_sent_as_a_form(server: Naughty, client: Rapport, tmp_path: Path) -> None:
    server.will(says({"id": "doc_1", "is_unchanged": False}, 202))
    (tmp_path / "a.txt").write_text("Parcels")
    client.documents.create(file=tmp_path / "a.txt", url="https://shop.example/a")
    body = server.asked[0].body
    assert b'name="file"; filename="a.txt"' in body
    assert b"Parcels" in body
    assert b"https://shop.example/a" in body


def test_camel_case_of_other_tools_is_ours_in_python(server: Naughty, client: Rapport) -> None:
    server.will(says({"accepted": 1, "duplicates": 0, "errors": [], "success": True}))
    client.events.track(user_id="4711", event="Order placed", timestamp=datetime(2026, 1, 2, tzinfo=UTC))
    sent = server.asked[0].json
    assert (sent["userId"], sent["timestamp"]) == ("4711", "2026-01-02T00:00:00+00:00")
    assert len(sent["messageId"]) == 36


def test_a_refusal_says_all_that_the_api_said(server: Naughty, client: Rapport) -> None:
    server.will(refuses(400))
    with pytest.raises(InvalidRequestError) as caught:
        client.agents.create()
    error = caught.value
    assert (error.status, error.code, error.message, error.param) == (400, "some_code", "Do this.", "name")
    assert error.request_id == "req_1"


def test_a_page_of_a_proxy_is_an_error_too(server: Naughty, client: Rapport) -> None:
    server.will(streams("<html>500"))
    with pytest.raises(UnexpectedAnswerError, match="JSON"):
        client.agents.get("agt_1")
    server.answers.clear()
    server.will(says("<html>", 500))
    with pytest.raises(ServerError, match="http_500"):
        client.agents.get("agt_1")


def test_a_client_without_a_key_or_an_address_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RAPPORT_KEY", raising=False)
    monkeypatch.delenv("RAPPORT_URL", raising=False)
    with pytest.raises(ConfigurationError, match="RAPPORT_KEY"):
        Rapport(base_url="https://rapport.example")
    with pytest.raises(ConfigurationError, match="RAPPORT_URL"):
        AsyncRapport("rp_sk_x")


def test_pages_follow_each_other(server: Naughty, client: Rapport) -> None:
    server.will(says(page(AGENT, AGENT, cursor="c2")), says(page({**AGENT, "id": "agt_3"})))
    assert [agent.id for agent in client.agents.list(limit=2)] == ["agt_1", "agt_1", "agt_3"]
    assert [asked.path for asked in server.asked] == ["/v1/agents?limit=2", "/v1/agents?cursor=c2&limit=2"]


def test_a_list_asks_for_no_more_than_is_read(server: Naughty, client: Rapport) -> None:
    server.will(says(page(AGENT, cursor="c2")))
    agents = client.agents.list()
    assert server.asked == []
    assert next(iter(agents)).id == "agt_1"
    assert agents.first_page().next_cursor == "c2"
    assert len(server.asked) == 2


async def _names(url: str) -> list[str]:
    async with AsyncRapport("rp_sk_test_x", base_url=url) as client:
        one = await client.agents.get("agt_1")
        return [one.name] + [agent.id async for agent in client.agents.list()]


def test_the_same_can_be_awaited(server: Naughty) -> None:
    import asyncio

    server.will(says(AGENT), says(page(AGENT, cursor="c2")), says(page({**AGENT, "id": "agt_2"})))
    assert asyncio.run(_names(server.url)) == ["Ada", "agt_1", "agt_2"]


def test_a_document_is_waited_for_until_it_is_read_or_could_not_be(server: Naughty, client: Rapport) -> None:
    server.will(says({**DOCUMENT, "state": "queued"}), says(DOCUMENT))
    assert client.documents.wait("doc_1").state == "ready"
    server.answers.clear()
    server.will(says({**DOCUMENT, "state": "failed", "error_message": "Scan it."}))
    with pytest.raises(DocumentFailedError, match="Scan it"):
        client.documents.wait("doc_1")
