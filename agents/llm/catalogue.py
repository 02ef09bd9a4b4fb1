"""The models that are known by name: what each can do, how much it takes in, where it runs, how fast it begins.

A typed table; prices are not in it (`billing.prices`). A model that is not here is taken as `UNKNOWN`: it speaks
OpenAI's protocol at the address that is set, and nothing is sent that it might refuse.
"""

from dataclasses import dataclass, replace
from typing import Literal

from agents.llm.dialects.port import Traits

Capability = Literal["basic", "standard", "strong"]
Feature = Literal["tools", "json", "vision"]
RANK: dict[str, int] = {"any": 0, "basic": 0, "standard": 1, "strong": 2}
BUILTIN = "builtin"


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """`window` is what goes in and comes out together, in tokens; `latency_ms` a usual time to the first token.
    `regions` are those in which the provider offers it to everybody; "eu" and "us" are spelled so."""

    provider: str  # "openai", "anthropic", "google", "openai_compatible" or "builtin"
    name: str
    capability: Capability
    window: int
    latency_ms: int
    features: frozenset[Feature]
    traits: Traits
    regions: frozenset[str]

    def can(self, features: frozenset[Feature], capability: str) -> bool:
        return features <= self.features and RANK[self.capability] >= RANK[capability]


_ALL: frozenset[Feature] = frozenset({"tools", "json", "vision"})
_TEXT: frozenset[Feature] = frozenset({"tools", "json"})
_WORLD, _US = frozenset({"us", "eu"}), frozenset({"us"})
_OPENAI = Traits(has_effort=True, has_prompt_caching=True, takes_temperature=False, counts_reasoning=True)
_OPENAI_PLAIN = Traits(has_prompt_caching=True)
_CLAUDE = Traits(has_prompt_caching=True)
_CLAUDE_EFFORT = Traits(has_effort=True, has_prompt_caching=True, has_compaction=True, takes_temperature=False)
_GEMINI, _GEMINI_EFFORT = Traits(), Traits(has_effort=True)

CATALOGUE: tuple[ModelEntry, ...] = (
    ModelEntry("openai", "gpt-5-nano", "basic", 400_000, 900, _ALL, _OPENAI, _WORLD),
    ModelEntry("openai", "gpt-5-mini", "standard", 400_000, 1_100, _ALL, _OPENAI, _WORLD),
    ModelEntry("openai", "gpt-5", "strong", 400_000, 2_500, _ALL, _OPENAI, _WORLD),
    ModelEntry("openai", "gpt-4.1-mini", "standard", 1_000_000, 500, _ALL, _OPENAI_PLAIN, _WORLD),
    ModelEntry("openai", "gpt-4.1", "strong", 1_000_000, 700, _ALL, _OPENAI_PLAIN, _WORLD),
    ModelEntry("anthropic", "claude-haiku-4-5", "standard", 200_000, 700, _ALL, _CLAUDE, _US),
    ModelEntry("anthropic", "claude-sonnet-4-6", "strong", 200_000, 1_200, _ALL, _CLAUDE_EFFORT, _US),
    ModelEntry("anthropic", "claude-opus-4-6", "strong", 1_000_000, 1_800, _ALL, _CLAUDE_EFFORT, _US),
    ModelEntry("google", "gemini-2.5-flash-lite", "basic", 1_048_576, 400, _ALL, _GEMINI, _WORLD),
    ModelEntry("google", "gemini-2.5-flash", "standard", 1_048_576, 600, _ALL, _GEMINI, _WORLD),
    ModelEntry("google", "gemini-3-pro-preview", "strong", 1_048_576, 2_000, _ALL, _GEMINI_EFFORT, _US),
)
# It takes tools and calls none, as its port allows.
EXTRACTIVE = ModelEntry(BUILTIN, BUILTIN, "basic", 1_000_000, 50, _TEXT, Traits(), _WORLD)
UNKNOWN = ModelEntry("openai_compatible", "", "strong", 32_768, 1_000, _TEXT, Traits(), frozenset())
_BY_NAME = {entry.name: entry for entry in CATALOGUE}


def find_entry(name: str, *, provider: str = "") -> ModelEntry | None:
    """By its name, or by one with a date behind it, as providers name versions."""
    if name == BUILTIN or name.startswith("builtin-"):
        return replace(EXTRACTIVE, name=name)
    found = _BY_NAME.get(name) or max(
        (entry for entry in CATALOGUE if name.startswith(f"{entry.name}-2")),
        key=lambda each: len(each.name),
        default=None,
    )
    if found is None or provider not in ("", found.provider):
        return None
    return found if found.name == name else replace(found, name=name)


def unknown_entry(provider: str, name: str, *, region: str = "") -> ModelEntry:
    return replace(UNKNOWN, provider=provider, name=name, regions=frozenset({region} if region else ()))
