"""The carrier that calls are placed at, as a server of its own."""

from collections.abc import Iterator

import pytest

from agents.channels.phone import carriers
from rapport.config import get_config
from rapport.outbound.transport import configured_allow_list
from tests.agents.phone.outgoing_carrier import OutgoingCarrier, outgoing_carrier

ACCOUNT, SECRET = "AC0123456789", "carriers-auth-token-0123456789"


@pytest.fixture
def carrier(monkeypatch: pytest.MonkeyPatch) -> Iterator[OutgoingCarrier]:
    with outgoing_carrier(ACCOUNT, SECRET) as found:
        monkeypatch.setattr(
            type(get_config()), "outbound_allowed_private_hosts", (f"127.0.0.1:{found.port}", "127.0.0.1:1")
        )
        _forget()
        yield found
    _forget()


def _forget() -> None:
    configured_allow_list.cache_clear()
    carriers._client.cache_clear()
