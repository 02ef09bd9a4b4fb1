"""Retries, the next model, breakers and what is charged, over real HTTP against the scripted providers."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from agents.llm.catalogue import find_entry
from agents.llm.errors import ModelRefusedRequest, ModelUnavailable, NoModelAvailable
from agents.llm.gateway import Attempt, Choice, Gateway
from agents.llm.port import ChatRequest, Citation, Finished, TextDelta
from agents.llm.reach import Reach, platform_reaches
from agents.tracing import names
from agents.tracing.recorder import TraceRecorder
from rapport.breakers.breakers import Breakers
from rapport.breakers.database import DatabaseBreakers
from rapport.breakers.state import FAILURES
from rapport.config import get_config
from rapport.ids import new_id
from tests.agents.llm.providers import PASSAGE, model_of
from tests.providers.running import Running

WORDS = [f"word{number} " for number in range(8)]
ASKED = ChatRequest(question="How large?", passages=(PASSAGE,))


class Sleeps(list[float]):
    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def choice(server: Running, name: str, provider: str = "openai", **more: Any) -> Choice:
    return Choice(model_of(server, provider, name), name, provider, **more)


def run(gateway: Gateway, choices: Sequence[Choice], request: ChatRequest = ASKED) -> tuple[str, list[Attempt]]:
    """What a visitor reads, and how it came about."""
    text, attempts = "", []
    for attempt in gateway.attempts(request, choices):
        attempts.append(attempt)
        text += "".join(event.text for event in attempt.events() if isinstance(event, TextDelta))
    return text, attempts


@pytest.fixture(autouse=True)
def _span() -> Iterator[None]:
    """As every caller has one open."""
    with TraceRecorder(new_id()).span(names.CHAT):
        yield


def models(server: Running) -> list[str]:
    return [each.model for each in server.providers.asked]


def test_a_rate_limit_is_waited_out(server: Running) -> None:
    sleeps = Sleeps()
    text, attempts = run(Gateway(sleep=sleeps), [choice(server, "mock-429x1-retry2")])
    assert (text, len(attempts), len(sleeps)) == ("".join(WORDS), 2, 1)
    assert sleeps[0] >= 2  # as Retry-After asks
    assert [attempt.error.code if attempt.error else "" for attempt in attempts] == ["model_rate_limited", ""]


def test_retries_have_a_budget(server: Running) -> None:
    sleeps = Sleeps()
    with pytest.raises(ModelUnavailable):
        run(Gateway(sleep=sleeps), [choice(server, "mock-500")])
    assert len(models(server)) == 2
    with pytest.raises(Exception, match="fewer calls"):
        run(Gateway(sleep=sleeps), [choice(server, "mock-429-retry60")])
    assert len(models(server)) == 3  # nobody waits a minute
    assert sum(sleeps) < 4


def test_the_next_model_answers_when_the_first_cannot(server: Running) -> None:
    chain = [choice(server, "mock-401"), choice(server, "mock-stall", "google"), choice(server, "mock", "anthropic")]
    text, attempts = run(Gateway(sleep=Sleeps()), chain)
    assert text == "".join(WORDS)
    assert [attempt.choice.provider for attempt in attempts] == ["openai", "google", "anthropic"]
    assert models(server) == ["mock-401", "mock-stall", "mock"]  # a time-out is not waited for twice


@pytest.mark.parametrize("fault", ["cut4", "stall-after4", "badjson4", "overloaded4"])
@pytest.mark.parametrize("second", ["openai", "anthropic", "google"])
def test_another_goes_on_in_mid_sentence_and_nothing_is_lost_or_doubled(
    server: Running, fault: str, second: str
) -> None:
    server.providers.texts["mock-next"] = WORDS[4:]
    server.providers.texts["mock-anew"] = WORDS
    for name in ("mock-next", "mock-anew"):  # one that goes on, and one that says all of it again
        text, attempts = run(Gateway(sleep=Sleeps()), [choice(server, f"mock-{fault}"), choice(server, name, second)])
        assert text == "".join(WORDS)
        assert next(len(attempt.text) for attempt in attempts) == 4
    assert "word3" in str(server.providers.asked[-1].body)


def test_citations_are_told_once_over_a_break(server: Running) -> None:
    server.providers.texts["mock-cut5"] = ["fifty ", "megabytes ", "[1]", ". And", " more", " then"]
    server.providers.texts["mock-next"] = [" than that ", "[1]", "."]
    events: list[object] = []
    for attempt in Gateway(sleep=Sleeps()).attempts(ASKED, [choice(server, "mock-cut5"), choice(server, "mock-next")]):
        events += attempt.events()
    assert len([each for each in events if isinstance(each, Citation)]) == 1
    text = "".join(each.text for each in events if isinstance(each, TextDelta))
    assert text == "fifty megabytes [1]. And more than that [1]."
    assert events[-1] == Finished("answered")


def test_one_model_alone_goes_on_by_itself(server: Running) -> None:
    server.providers.texts["mock-cut4x1"] = WORDS
    text, attempts = run(Gateway(sleep=Sleeps()), [choice(server, "mock-cut4x1")])
    assert (text, len(attempts)) == ("".join(WORDS), 2)


def test_what_failed_is_charged_as_the_provider_does(server: Running) -> None:
    chain = [choice(server, "mock-429x2"), choice(server, "mock-cut3", "anthropic"), choice(server, "mock", "google")]
    _, attempts = run(Gateway(sleep=Sleeps()), chain)
    told = [(each.usage.input, each.usage.output) if each.usage else (0, 0) for each in attempts]
    served = [(each.charged.input, each.charged.output) for each in server.providers.served]
    assert told == served
    assert told[2][1] == 3


def test_a_longer_input_is_packed_and_never_refused(server: Running) -> None:
    long = ChatRequest("How large?", passages=(PASSAGE,) * 10, history=(), max_output_tokens=50)
    known = choice(server, "mock-ctx250", window=300)
    text, [attempt] = run(Gateway(), [known], long)
    assert text
    assert attempt.packed.dropped[0]["what"] == "passages"
    unknown = choice(server, "mock-ctx250", window=1_500)  # the catalogue is wrong: smaller and smaller until it fits
    text, attempts = run(Gateway(), [unknown], ChatRequest("How large?", (PASSAGE,) * 10, max_output_tokens=50))
    assert text
    assert [each.error.code for each in attempts if each.error] == ["model_input_too_long"] * (len(attempts) - 1)


@pytest.mark.django_db
def test_a_dead_model_rests_and_the_chain_goes_on_without_it(server: Running) -> None:
    gateway = Gateway(Breakers(DatabaseBreakers()), sleep=Sleeps())
    chain = [choice(server, "mock-500", breaker="llm:test:dead"), choice(server, "mock", breaker="llm:test:well")]
    while len([name for name in models(server) if name == "mock-500"]) < FAILURES:
        run(gateway, chain)
    server.providers.forget()
    assert run(Gateway(Breakers(DatabaseBreakers())), chain)[0] == "".join(WORDS)  # another process
    assert models(server) == ["mock"]
    with pytest.raises(NoModelAvailable, match="resting"):
        run(gateway, chain[:1])


@pytest.mark.django_db
def test_what_a_caller_did_wrong_closes_a_model_to_nobody(server: Running) -> None:
    breakers = Breakers(DatabaseBreakers())
    for _ in range(FAILURES * 2):
        with pytest.raises(ModelRefusedRequest):
            run(Gateway(breakers), [choice(server, "mock-400", breaker="llm:test:refusing")])
    assert breakers.list("llm:test:refusing") == []


def test_nobody_to_ask_is_said() -> None:
    with pytest.raises(NoModelAvailable, match="page Models"):
        run(Gateway(), [])


def test_the_operator_s_settings_name_providers(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    config = replace(
        get_config(),
        llm_url="anthropic:",
        llm_model="claude-haiku-4-5",
        llm_api_key="sk-a",
        llm_other_urls=("openai+http://127.0.0.1:9/v1?model=gpt-5&key=sk-o", "google:?key=g", "builtin:"),
    )
    first, second, third, last = platform_reaches(config)
    assert (first.provider, first.base_url, first.api_key) == ("anthropic", "https://api.anthropic.com", "sk-a")
    assert (second.provider, second.base_url, second.api_key) == ("openai", "http://127.0.0.1:9/v1", "sk-o")
    assert [third.provider, last.provider] == ["google", "builtin"]
    assert first.entries()[0] == find_entry("claude-haiku-4-5")
    assert "sk-" not in repr([first, second])
    assert Reach("openai", owner="t").breaker("gpt-5") != Reach("openai").breaker("gpt-5")
