"""The two clients: `Rapport`, and `AsyncRapport` for code that awaits."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Self

import httpx

from rapport_sdk._resources import Api, AsyncApi
from rapport_sdk._retries import Retries
from rapport_sdk._transport import AsyncTransport, Connection, Transport
from rapport_sdk.conversations import AsyncConversations, Conversations
from rapport_sdk.documents import AsyncDocuments, Documents
from rapport_sdk.errors import ConfigurationError

TIMEOUT_SECONDS = 30.0  # a live answer says something every ten seconds
MAX_RETRIES = 3


class Rapport(Api):
    """A company's Rapport. One client for a process is enough; it may be used by many threads.

    api_key: A secret key, rp_sk_…; without it RAPPORT_KEY of the environment.
    base_url: Where Rapport is, for example https://rapport.example; without it RAPPORT_URL.
    timeout: Seconds for each try.
    max_retries: How often a call is tried again where that is safe; 0 never.
    http_client: Your own httpx.Client, for proxies and certificates; you close it.
    """

    conversations: Conversations
    documents: Documents

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT_SECONDS,
        max_retries: int = MAX_RETRIES,
        http_client: httpx.Client | None = None,
    ) -> None:
        self._is_own = http_client is None
        self._transport = Transport(_connection(api_key, base_url, timeout, max_retries), http_client)
        super().__init__(self._transport)
        self.conversations = Conversations(self._transport)
        self.documents = Documents(self._transport)

    def close(self) -> None:
        if self._is_own:
            self._transport.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class AsyncRapport(AsyncApi):
    """The same for code that awaits: `await client.agents.get(…)`, `async for contact in client.contacts.list()`."""

    conversations: AsyncConversations
    documents: AsyncDocuments

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        timeout: float = TIMEOUT_SECONDS,
        max_retries: int = MAX_RETRIES,
        http_client: httpx.AsyncClient | None = None,
    ) -> None:
        self._is_own = http_client is None
        self._transport = AsyncTransport(_connection(api_key, base_url, timeout, max_retries), http_client)
        super().__init__(self._transport)
        self.conversations = AsyncConversations(self._transport)
        self.documents = AsyncDocuments(self._transport)

    async def close(self) -> None:
        if self._is_own:
            await self._transport.http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def _connection(api_key: str | None, base_url: str | None, timeout: float, max_retries: int) -> Connection:
    """Raises ConfigurationError."""
    key, url = api_key or os.environ.get("RAPPORT_KEY", ""), base_url or os.environ.get("RAPPORT_URL", "")
    if not key:
        raise ConfigurationError("Give api_key, or set RAPPORT_KEY: a secret key from the dashboard's page API keys.")
    if not url.startswith(("https://", "http://")):
        raise ConfigurationError("Give base_url, or set RAPPORT_URL: where Rapport is, as https://rapport.example.")
    return Connection(url, key, timeout, Retries(max_retries))
