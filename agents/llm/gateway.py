"""One call, several models: retries, breakers, and the next model when one cannot answer, also in mid-sentence.

The only way to a chat model. Whoever calls iterates over the attempts and over each one's events, inside a span of a
tenant's trace, without which nothing is asked: the events of a later attempt go on where the earlier one stopped. It
writes nothing.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace

from agents.llm.errors import (
    ModelInputTooLong,
    ModelInterrupted,
    ModelRateLimited,
    ModelRefusedRequest,
    ModelTimedOut,
    ModelUnavailable,
    NoModelAvailable,
)
from agents.llm.packing import Packed, pack
from agents.llm.port import ChatEvent, ChatModel, ChatRequest, Finished, TextDelta, Usage, UsageMeter
from agents.tracing.recorder import require_chat_span
from rapport.breakers.breakers import Breakers
from rapport.errors import RapportError

MOST_ATTEMPTS = 6
MOST_TRIES = 2  # of one model in one call
RETRY_SECONDS = (0.2, 0.5)
MOST_WAITING = 4.0  # seconds of a call that may be spent on waiting between attempts
FAILURES = (ModelUnavailable, ModelTimedOut, ModelRateLimited, ModelInterrupted, ModelRefusedRequest)
_WORTH_A_RETRY = (ModelUnavailable, ModelRateLimited, ModelInterrupted)


@dataclass(frozen=True, slots=True)
class Choice:
    """A model that may be asked. `breaker` "" is a model that never rests; `can_continue`: it can go on where another
    one stopped. `is_own`: by a key of the company's, which pays its provider itself."""

    model: ChatModel
    name: str
    provider: str
    breaker: str = ""
    window: int = 1_000_000
    can_continue: bool = True
    is_own: bool = False


@dataclass(slots=True)
class Attempt:
    """One try of one model. `error` and `usage` are there when its events have been read."""

    choice: Choice
    number: int
    packed: Packed
    error: RapportError | None = None
    is_finished: bool = False
    text: list[str] = field(default_factory=list)
    _told: Usage | None = None

    @property
    def usage(self) -> Usage | None:
        """What the provider charges for it; None when it had not begun to answer."""
        return self._told or self.packed.request.meter.usage

    def events(self) -> Iterator[ChatEvent]:
        """What the model says. A failure of it ends the events and is `error`. Raises Untraced outside a span."""
        require_chat_span()
        try:
            with closing(self.choice.model.stream(self.packed.request)) as stream:  # type: ignore[type-var]
                for event in stream:
                    self._note(event)
                    yield event
        except FAILURES as error:
            self.error = error

    def _note(self, event: ChatEvent) -> None:
        if isinstance(event, TextDelta):
            self.text.append(event.text)
        elif isinstance(event, Usage):
            self._told = event
        elif isinstance(event, Finished):
            self.is_finished = True


class Gateway:
    """One per process. Safe to use from several threads."""

    def __init__(
        self,
        breakers: Breakers | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._breakers, self._sleep, self._clock = breakers, sleep, clock

    def attempts(self, request: ChatRequest, choices: Sequence[Choice]) -> Iterator[Attempt]:
        """Each to be read to its end before the next is taken. Raises the last one's error when no model could answer,
        and NoModelAvailable when none may be asked."""
        call = _Call(self, request, choices, self._clock())
        while (choice := call.next_choice()) is not None:
            attempt = call.begin(choice)
            yield attempt
            call.learn(attempt)
            if attempt.error is None:
                return
        raise call.last_error()

    def may_call(self, choice: Choice) -> bool:
        return not choice.breaker or self._breakers is None or self._breakers.may_call(choice.breaker)

    def tell(self, choice: Choice, error: RapportError | None) -> None:
        """What it refuses says nothing of its health: nobody's wrong call may close a model to others."""
        if not choice.breaker or self._breakers is None or isinstance(error, ModelRefusedRequest):
            return
        if error is None:
            self._breakers.succeeded(choice.breaker)
        else:
            self._breakers.failed(choice.breaker, error.code)

    def wait(self, seconds: float) -> None:
        self._sleep(seconds)

    def now(self) -> float:
        return self._clock()


class _Call:
    """One call under way: who was tried, what was said, how long was waited."""

    def __init__(self, gateway: Gateway, request: ChatRequest, choices: Sequence[Choice], begun: float) -> None:
        self._gateway, self._request = gateway, request
        self._until = begun + request.timeout_seconds
        self._choices = list(choices)
        self._tries: dict[int, int] = {}
        self._windows = [choice.window for choice in choices]
        self._said: list[str] = []
        self._waited = 0.0
        self._place = 0
        self._number = 0
        self._error: RapportError | None = None

    def next_choice(self) -> Choice | None:
        """The one whose turn it is, or the next that may be called; None when there is none."""
        if self._number >= MOST_ATTEMPTS or self._gateway.now() >= self._until:
            return None
        while self._place < len(self._choices):
            choice = self._choices[self._place]
            is_able = choice.can_continue or not self._said
            if is_able and self._tries.get(self._place, 0) < MOST_TRIES and self._gateway.may_call(choice):
                return choice
            self._place += 1
        return None

    def begin(self, choice: Choice) -> Attempt:
        self._number += 1
        self._tries[self._place] = self._tries.get(self._place, 0) + 1
        left = max(0.1, self._until - self._gateway.now())
        asked = replace(
            self._request,
            said="".join(self._said),
            timeout_seconds=left,
            model="" if choice.name == choice.model.name else choice.name,
            meter=UsageMeter(),
        )
        return Attempt(choice, self._number, pack(asked, window=self._windows[self._place]))

    def learn(self, attempt: Attempt) -> None:
        """What came of it: who is asked next, and after which pause."""
        self._error = attempt.error
        self._gateway.tell(attempt.choice, attempt.error)
        if attempt.error is None:
            return
        self._said += attempt.text
        if isinstance(attempt.error, ModelInputTooLong):
            self._windows[self._place] //= 2
            self._tries[self._place] -= 1
        elif not self._is_worth_a_retry(attempt):
            self._place += 1

    def _is_worth_a_retry(self, attempt: Attempt) -> bool:
        """The same model once more, after a pause: when it may be well again at once, or there is no other. True has
        waited."""
        error, place = attempt.error, self._place
        is_last = place + 1 >= len(self._choices)
        if not isinstance(error, _WORTH_A_RETRY) or self._tries[place] >= MOST_TRIES or (self._said and not is_last):
            return False
        pause = RETRY_SECONDS[min(self._tries[place] - 1, len(RETRY_SECONDS) - 1)] * random.uniform(0.8, 1.2)  # noqa: S311
        pause = max(pause, float(getattr(error, "retry_after_seconds", None) or 0))
        most = MOST_WAITING - self._waited if is_last else 1.0
        if pause > most:
            return False
        self._waited += pause
        self._gateway.wait(pause)
        return True

    def last_error(self) -> RapportError:
        if self._error is not None:
            return self._error
        if not self._choices:
            return NoModelAvailable(
                "No model that the agent names can be reached and do what is asked. Add its provider's key on the page "
                "Models, or name another model in the agent."
            )
        return NoModelAvailable(
            "Every model is resting after failures. Try again in a few seconds.", retry_after_seconds=10
        )
