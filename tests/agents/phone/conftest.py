"""The carrier that calls are placed at, as a server of its own."""

from collections.abc import Iterator

import pytest

from agents.channels.phone import carriers
from rapport.config import get_config
from rapport.outbound.transport import configured_allow_list
from tests.agents.phone.outgoing_carrier import OutgoingCarrier, outgoing_carrier
from tests.agents.phone.peers import TWILIO, Peer

ACCOUNT, SECRET = TWILIO.account, TWILIO.secret


@pytest.fixture
def peer(request: pytest.FixtureRequest) -> Peer:
    """Twilio, unless the test is `on_both`."""
    found: Peer | None = getattr(request, "param", None)
    return found or TWILIO


@pytest.fixture
def carrier(peer: Peer, monkeypatch: pytest.MonkeyPatch) -> Iterator[OutgoingCarrier]:
    with outgoing_carrier(peer.account, peer.secret, peer.application) as found:
        found.api = peer.api(found.url)
        monkeypatch.setattr(
            type(get_config()), "outbound_allowed_private_hosts", (f"127.0.0.1:{found.port}", "127.0.0.1:1")
        )
        _forget()
        yield found
    _forget()


def _forget() -> None:
    configured_allow_list.cache_clear()
    carriers._client.cache_clear()
