"""Guesses at what a caller is about to have said: while it is not sure that the question is whole, what it will find is
looked for. The guess that was right goes with the question; the others are forgotten.
"""

import asyncio
from typing import Any

from django.db import DatabaseError

from agents.channels.phone.audio.endpointing import words_of
from agents.channels.phone.calls import Session
from agents.runtime.foreseeing import foresee, read_ahead
from rapport import logs
from rapport.errors import RapportError

log = logs.get_logger(__name__)

AT_ONCE = 2  # of a call; of the guesses that come while so many are looked for the last one waits
GREETING = "hello"  # what a caller may well say first
CLOSE_SECONDS = 2.0
PATIENCE_SECONDS = 0.03  # a turn that searches by itself takes as long


class Foresight:
    """Of one call."""

    def __init__(self, session: Session, in_thread: Any) -> None:
        self._session, self._in_thread = session, in_thread
        self._said: list[str] = []
        self._looks, self._waiting = 0, ""
        self._looking: asyncio.Task[dict[str, Any] | None] | None = None
        self._running: set[asyncio.Task[Any]] = set()

    def get_ready(self) -> None:
        """What a search needs is loaded with the first one: while a caller is greeted there is time for it."""
        self.guess(GREETING)

    def guess(self, said: str) -> None:
        words = words_of(said)
        if not words or words == self._said:
            return
        self._waiting = said if self._looks >= AT_ONCE else ""
        if self._waiting:
            return
        self._said = words
        self._looks += 1
        self._looking = asyncio.create_task(self._look(said), name="foresee")
        self._keep(self._looking)

    async def of(self, said: str) -> dict[str, Any] | None:
        """What was found for these very words; None when nothing was, or not yet."""
        looking, is_it = self._looking, words_of(said) == self._said
        self._looking, self._said, self._waiting = None, [], ""
        if looking is None or not is_it:
            return None
        done, _ = await asyncio.wait({looking}, timeout=PATIENCE_SECONDS)
        return looking.result() if done else None

    async def close(self) -> None:
        """A search cannot be stopped; it is over soon."""
        if self._running:
            await asyncio.wait(self._running, timeout=CLOSE_SECONDS)

    async def _look(self, said: str) -> dict[str, Any] | None:
        session: Session = self._session
        tenant_id, conversation_id = session.tenant_id, session.conversation_id
        try:
            found: dict[str, Any] | None = await self._in_thread(
                foresee, tenant_id=tenant_id, conversation_id=conversation_id, question=said
            )
        except (RapportError, DatabaseError) as error:
            log.info("not_foreseen", error=type(error).__name__)
            return None
        finally:
            self._looks -= 1
            self.guess(self._waiting)
        if found is not None and words_of(said) == self._said:
            self._keep(asyncio.create_task(self._read_ahead(said, found), name="read ahead"))
        return found

    async def _read_ahead(self, said: str, found: dict[str, Any]) -> None:
        try:
            await self._in_thread(read_ahead, tenant_id=self._session.tenant_id, question=said, foreseen=found)
        except (RapportError, DatabaseError) as error:
            log.info("not_read_ahead", error=type(error).__name__)

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._running.add(task)
        task.add_done_callback(self._running.discard)
