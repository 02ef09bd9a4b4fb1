"""Where models can be reached: the operator's settings, and a company's own keys. Makes the clients, and keeps them."""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from functools import cache
from urllib.parse import parse_qs, urlsplit, urlunsplit

from agents.llm.catalogue import BUILTIN, CATALOGUE, ModelEntry, find_entry, unknown_entry
from agents.llm.dialects.port import Dialect
from agents.llm.errors import ModelMisconfigured
from agents.llm.port import ChatModel
from rapport.config import Config

BASES = {
    "openai": "https://api.openai.com/v1",
    "anthropic": "https://api.anthropic.com",
    "google": "https://generativelanguage.googleapis.com",
}
PROVIDERS = (*BASES, "openai_compatible")
MOST_CLIENTS = 256


@dataclass(frozen=True, slots=True)
class Reach:
    """`model` is the one that answers whoever names none ("" = there is none); `models` are names that are offered
    besides the catalogue's. `owner` "" is the operator: the address may be in its own network.
    `key_id` tells a company's keys apart."""

    provider: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    model: str = ""
    models: tuple[str, ...] = ()
    region: str = ""
    owner: str = ""
    key_id: str = ""

    def entries(self) -> list[ModelEntry]:
        """What it offers, the one for whoever names none first."""
        if self.provider == BUILTIN:
            return [entry for entry in (find_entry(BUILTIN),) if entry]
        listed = [name for name in (self.model, *self.models) if name]
        known = [entry.name for entry in CATALOGUE if entry.provider == self.provider]
        return [self.entry(name) for name in dict.fromkeys((*listed, *known))]

    def entry(self, name: str) -> ModelEntry:
        found = find_entry(name, provider=self.provider) or unknown_entry(self.provider, name, region=self.region)
        return replace(found, regions=frozenset({self.region})) if self.region else found

    def breaker(self, name: str) -> str:
        """One for each model, and for each company that comes with its own key: its troubles are nobody else's."""
        if self.provider == BUILTIN:
            return ""
        provider = f"{self.provider}.{self.key_id}" if self.key_id else self.provider
        return f"llm:{self.owner or 'platform'}:{provider}:{name}"


def platform_reaches(config: Config) -> list[Reach]:
    """LLM_URL first, then LLM_OTHER_URLS. Raises ModelMisconfigured naming the setting."""
    first = replace(_read("LLM_URL", config.llm_url), region=config.llm_region)
    if first.provider != BUILTIN:
        first = replace(first, api_key=config.llm_api_key or first.api_key, model=config.llm_model_name)
        if not first.model:
            raise ModelMisconfigured("LLM_URL names a server but no model: set LLM_MODEL to the model's name there.")
    return [first, *(_read("LLM_OTHER_URLS", url) for url in config.llm_other_urls)]


def _read(setting: str, url: str) -> Reach:
    scheme, _, rest = url.partition(":")
    if scheme == BUILTIN:
        return Reach(BUILTIN)
    provider, _, transport = scheme.partition("+")
    if provider not in BASES:
        provider, transport = "openai_compatible", scheme
    parts = urlsplit(f"{transport or 'https'}:{rest}")
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    base = urlunsplit(parts._replace(query="", fragment="")) if parts.netloc else BASES.get(provider, "")
    if not base:
        raise ModelMisconfigured(f"{setting} names no host.")
    return Reach(provider, base, asked.get("key", ""), asked.get("model", ""), (), asked.get("region", ""))


_clients: "OrderedDict[tuple[str, str], ChatModel]" = OrderedDict()
_lock = threading.Lock()


def client_of(reach: Reach, entry: ModelEntry) -> ChatModel:
    """The model's client; of the same address, key and model it is the same one, so connections are kept."""
    if reach.provider == BUILTIN:
        return _extractive()
    key = (reach.breaker(entry.name), _fingerprint(reach))
    with _lock:
        if key in _clients:
            _clients.move_to_end(key)
            return _clients[key]
        model = _new_client(reach, entry)
        _clients[key] = model
        if len(_clients) > MOST_CLIENTS:
            _clients.popitem(last=False)
        return model


def _new_client(reach: Reach, entry: ModelEntry) -> ChatModel:
    from agents.llm.http_model import ANYWHERE, HttpModel

    allowed = None if reach.owner else ANYWHERE
    return HttpModel(
        _dialect(reach.provider),
        reach.base_url,
        model=entry.name,
        api_key=reach.api_key,
        traits=entry.traits,
        allowed=allowed,
    )


def _dialect(provider: str) -> Dialect:
    from agents.llm.dialects.anthropic import AnthropicDialect
    from agents.llm.dialects.google import GoogleDialect
    from agents.llm.dialects.openai import OpenAIDialect

    if provider == "anthropic":
        return AnthropicDialect()
    return GoogleDialect() if provider == "google" else OpenAIDialect(is_strict=provider == "openai")


@cache
def _extractive() -> ChatModel:
    from agents.llm.extractive.model import ExtractiveModel

    return ExtractiveModel()


def _fingerprint(reach: Reach) -> str:
    """Tells keys and addresses apart without holding them."""
    return hashlib.sha256("\0".join((reach.base_url, reach.api_key, reach.region)).encode()).hexdigest()
