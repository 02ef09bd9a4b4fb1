"""Models of all three dialects against the scripted providers."""

from typing import Any
from uuid import uuid4

from agents.llm.dialects.anthropic import AnthropicDialect
from agents.llm.dialects.google import GoogleDialect
from agents.llm.dialects.openai import OpenAIDialect
from agents.llm.dialects.port import Dialect, Traits
from agents.llm.http_model import ANYWHERE, HttpModel, Patience
from agents.llm.port import ChatEvent, ChatRequest, Passage, TextDelta
from tests.providers.app import Providers
from tests.providers.running import Running

PASSAGE = Passage(uuid4(), "Uploads", ("Limits",), "Files are read. A file may have fifty megabytes. More is refused.")
PATIENT = Patience(connect=2, first=0.5, silence=0.4)
ALL = Traits(has_effort=True, has_prompt_caching=True, has_compaction=True)

DIALECTS: dict[str, Dialect] = {
    "openai": OpenAIDialect(is_strict=True),
    "compatible": OpenAIDialect(),
    "anthropic": AnthropicDialect(),
    "google": GoogleDialect(),
}


def teach_shop(providers: Providers) -> None:
    """Models with names that tests of a shop use."""
    for days in ("3", "9"):
        providers.texts[f"days-{days}"] = ("Delivery takes ", days, " days", " [1].")
        providers.aliases[f"days-{days}"] = "mock-usage-40-60-0-think5"
    providers.texts["greet"] = ("No worries, hello!",)
    providers.aliases |= {"no-answer": "mock-noanswer", "slow-40": "mock-itl100-len40"}


def url_of(server: Running, provider: str) -> str:
    return {"anthropic": server.anthropic, "google": server.google}.get(provider, server.openai)


def model_of(server: Running, provider: str, name: str, **options: Any) -> HttpModel:
    options = {"api_key": "sk-test", "patience": PATIENT, "allowed": ANYWHERE, **options}
    return HttpModel(DIALECTS[provider], url_of(server, provider), model=name, **options)


def ask(server: Running, provider: str, name: str, *, traits: Traits | None = None, **fields: Any) -> list[ChatEvent]:
    request = ChatRequest(**{"question": "How large?", "passages": (PASSAGE,), **fields})
    return list(model_of(server, provider, name, traits=traits).stream(request))


def text_of(events: list[ChatEvent]) -> str:
    return "".join(event.text for event in events if isinstance(event, TextDelta))


def openai_model(url: str, name: str) -> HttpModel:
    """Of a server that speaks OpenAI's protocol, as the operator would set it."""
    return HttpModel(OpenAIDialect(), url, model=name, allowed=ANYWHERE)
