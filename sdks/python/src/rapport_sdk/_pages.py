"""Lists that go on by themselves: `for contact in client.contacts.list(): …`. Nothing is asked before it begins."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from rapport_sdk._calls import Call
from rapport_sdk._decoding import decode

if TYPE_CHECKING:
    from rapport_sdk._transport import AsyncTransport, Transport

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page; `next_cursor` goes back as `cursor`, None on the last one."""

    data: list[T]
    has_more: bool
    next_cursor: str | None


class Pages(Generic[T]):
    """Every item of every page, each time anew; `pages()` gives them page by page."""

    def __init__(self, transport: Transport, call: Call, kind: type[T]) -> None:
        self._transport, self._call, self._kind = transport, call, kind

    def __iter__(self) -> Iterator[T]:
        for page in self.pages():
            yield from page.data

    def pages(self) -> Iterator[Page[T]]:
        call: Call | None = self._call
        while call:
            page = _page(self._kind, self._transport.fetch_json(call))
            yield page
            call = _next(call, page)

    def first_page(self) -> Page[T]:
        return next(self.pages())


class AsyncPages(Generic[T]):
    """The same with `async for`."""

    def __init__(self, transport: AsyncTransport, call: Call, kind: type[T]) -> None:
        self._transport, self._call, self._kind = transport, call, kind

    async def __aiter__(self) -> AsyncIterator[T]:
        async for page in self.pages():
            for item in page.data:
                yield item

    async def pages(self) -> AsyncIterator[Page[T]]:
        call: Call | None = self._call
        while call:
            page = _page(self._kind, await self._transport.fetch_json(call))
            yield page
            call = _next(call, page)

    async def first_page(self) -> Page[T]:
        return await anext(aiter(self.pages()))


def _page(kind: type[T], body: Any) -> Page[T]:
    data = [decode(kind, each) for each in body["data"]]
    return Page(data, body["has_more"], body["next_cursor"])


def _next(call: Call, page: Page[T]) -> Call | None:
    if not page.has_more or not page.next_cursor:
        return None
    return dataclasses.replace(call, query={**call.query, "cursor": page.next_cursor})
