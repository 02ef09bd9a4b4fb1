"""A misbehaving server, and clients of both kinds that do not wait long between their tries."""

from collections.abc import Iterator

import pytest

from rapport_sdk import Rapport, _retries
from tests.sdks.naughty import Naughty, misbehaving


@pytest.fixture
def server() -> Iterator[Naughty]:
    with misbehaving() as naughty:
        yield naughty


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_retries, "FIRST_SECONDS", 0.01)


@pytest.fixture
def client(server: Naughty) -> Iterator[Rapport]:
    with Rapport("rp_sk_test_x", base_url=server.url, timeout=5) as client:
        yield client
