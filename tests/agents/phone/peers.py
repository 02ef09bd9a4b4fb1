"""The two carriers as a number's settings and its webhooks show them: what holds of one is asked of both."""

import time
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from agents.channels.phone.carriers import Carrier, Redirecting, Twilio
from agents.channels.phone.signature import HEADER, sign
from agents.channels.phone.telnyx_calls import Telnyx
from agents.services.phone import NumberSettings
from rapport.config import get_config
from tests.agents.phone.telnyx_carrier import ACCOUNT, key_of, public_of, sealed

_FORM = "application/x-www-form-urlencoded"


class Api(Carrier, Redirecting, Protocol):
    pass


class Peer(Protocol):
    """`secret`: what its API is asked with. `post`: a webhook of the account's, or one that another sealed."""

    @property
    def name(self) -> str: ...
    @property
    def account(self) -> str: ...
    @property
    def secret(self) -> str: ...
    @property
    def application(self) -> str: ...

    def settings(self, agent_id: UUID, **more: Any) -> NumberSettings: ...
    def api(self, url: str) -> Api: ...
    def post(self, path: str, *, is_forged: bool = False, **fields: Any) -> HttpResponse: ...


@dataclass(frozen=True)
class AtTwilio:
    name: str = "twilio"
    account: str = "AC0123456789"
    secret: str = "carriers-auth-token-0123456789"
    application: str = ""

    def settings(self, agent_id: UUID, **more: Any) -> NumberSettings:
        return NumberSettings(agent_id, self.account, self.secret, **more)

    def api(self, url: str) -> Api:
        return Twilio(url)

    def post(self, path: str, *, is_forged: bool = False, **fields: Any) -> HttpResponse:
        form = {"AccountSid": self.account} | fields
        text = f"{get_config().public_url}{path}" + "".join(name + value for name, value in sorted(form.items()))
        headers = {HEADER: sign(text, "another-secret-0123456789" if is_forged else self.secret)}
        return Client().post(path, form, headers=headers)  # type: ignore[return-value]


@dataclass(frozen=True)
class AtTelnyx:
    name: str = "telnyx"
    account: str = ACCOUNT
    secret: str = "KEY0123456789ABCDEF_0123456789"
    application: str = "1773070540731319841"

    def settings(self, agent_id: UUID, **more: Any) -> NumberSettings:
        asked = {"carrier": "telnyx", "api_key": self.secret, "application_id": self.application}
        return NumberSettings(agent_id, self.account, public_of(key_of(1)), **(asked | more))

    def api(self, url: str) -> Api:
        return Telnyx(url)

    def post(self, path: str, *, is_forged: bool = False, **fields: Any) -> HttpResponse:
        form = {"AccountSid": self.account, "SequenceNumber": uuid4().hex} | fields
        webhook = sealed(urlencode(form).encode(), key_of(2 if is_forged else 1), time.time())
        return Client().post(path, webhook.body, content_type=_FORM, headers=dict(webhook.headers))  # type: ignore[return-value]


TWILIO, TELNYX = AtTwilio(), AtTelnyx()
PEERS: dict[str, Peer] = {each.name: each for each in (TWILIO, TELNYX)}
on_both = pytest.mark.parametrize("peer", PEERS.values(), ids=PEERS, indirect=True)
