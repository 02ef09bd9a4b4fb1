"""The reranker's contract, held by each implementation: the API against a server that speaks it, over HTTP."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from agents.retrieval.reranking import EvidenceReranker, RerankApi, Reranker, RerankerUnavailable
from ingestion.embedding.minilm import MiniLM
from tests.agents.extractive.answers import InProcessEmbedder, passage

QUESTION = "How long does delivery to Norway take?"
PASSAGES = (
    passage("Returns", "Opened food cannot be returned because of hygiene rules."),
    passage("Delivery", "Parcels to Norway need 8 days. We hand them to the carrier in the evening."),
    passage("The company", "Ada Moss founded the shop in Bremen in 2011."),
)


@dataclass
class RerankServer:
    """Scores documents by how many words they share with the query. `behaviour` spoils its answers."""

    behaviour: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    authorizations: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, body: dict[str, Any]) -> tuple[int, str]:
        self.requests.append(body)
        if self.behaviour == "slow":
            time.sleep(0.5)
        if self.behaviour == "error":
            return 503, "{}"
        if self.behaviour == "nonsense":
            return 200, "<html>"
        query = set(body["query"].lower().strip("?").split())
        scores = [len(query & set(text.lower().split())) / 10 for text in body["documents"]]
        results = [{"index": index, "relevance_score": score} for index, score in enumerate(scores)]
        results.sort(key=lambda each: -float(each["relevance_score"]))
        if self.behaviour == "stranger":
            results.append({"index": 99, "relevance_score": 1})
        return 200, json.dumps({"results": results[:1] if self.behaviour == "best only" else results})


@pytest.fixture
def server() -> Iterator[RerankServer]:
    state = RerankServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            state.authorizations.append(self.headers.get("Authorization", ""))
            status, text = state.answer(body)
            self.send_response(status)
            with contextlib.suppress(OSError):  # whoever asked has gone
                self.end_headers()
                self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        state.url = f"http://127.0.0.1:{running.server_port}/v1/rerank"
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield state
        running.shutdown()


@pytest.fixture(params=["api", "model"])
def reranker(request: pytest.FixtureRequest, server: RerankServer) -> Reranker:
    if request.param == "api":
        return RerankApi(server.url, model="rerank-test", api_key="secret")
    from rapport.config import get_config

    embedder = InProcessEmbedder(MiniLM(get_config().data_dir / "models"))
    return EvidenceReranker(lambda: embedder)


def test_the_passage_that_answers_scores_best(reranker: Reranker) -> None:
    scores = reranker(QUESTION, PASSAGES)
    assert len(scores) == len(PASSAGES)
    assert scores.index(max(scores)) == 1


def test_nothing_has_no_scores(reranker: Reranker) -> None:
    assert reranker(QUESTION, ()) == []


def test_the_api_is_asked_as_it_is_documented(server: RerankServer) -> None:
    RerankApi(server.url, model="rerank-test", api_key="secret")(QUESTION, PASSAGES)
    [asked] = server.requests
    assert (asked["model"], asked["query"], asked["top_n"]) == ("rerank-test", QUESTION, 3)
    assert asked["documents"][1].startswith("Delivery\nParcels to Norway")
    assert server.authorizations == ["Bearer secret"]


def test_what_a_server_leaves_out_comes_last(server: RerankServer) -> None:
    server.behaviour = "best only"
    scores = RerankApi(server.url)(QUESTION, PASSAGES)
    assert scores[0] == scores[2] < scores[1]


@pytest.mark.parametrize("behaviour", ["error", "nonsense", "slow", "stranger"])
def test_a_server_that_does_not_do_its_part_is_unavailable(server: RerankServer, behaviour: str) -> None:
    server.behaviour = behaviour
    with pytest.raises(RerankerUnavailable, match="RERANK_URL"):
        RerankApi(server.url, timeout_seconds=0.2)(QUESTION, PASSAGES)


def test_one_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(RerankerUnavailable):
        RerankApi("http://127.0.0.1:9/rerank")(QUESTION, PASSAGES)
