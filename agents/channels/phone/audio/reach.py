"""Whose speech calls that bring audio have: RECOGNISER_URL and SYNTHESISER_URL, read. Connects to nothing.

builtin:   deepgram:?model=nova-3   elevenlabs:?voice=ID   openai:?voice=alloy   openai+http://localhost:8000/v1?model=NAME
"""

from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from agents.channels.phone.audio.speech import SpeechUnavailable
from rapport.config import Config

BUILTIN = "builtin"
BASES = {
    "deepgram": "https://api.deepgram.com/v1",
    "elevenlabs": "https://api.elevenlabs.io/v1",
    "openai": "https://api.openai.com/v1",
}


@dataclass(frozen=True, slots=True)
class SpeechReach:
    """`base_url` ends without a slash; `model` and `voice` "" are what the provider's client takes by itself. `owner`:
    the company whose own key it is, "" for the operator's."""

    provider: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    model: str = ""
    voice: str = ""
    owner: str = ""

    @property
    def is_builtin(self) -> bool:
        return self.provider == BUILTIN


def recogniser_reach(config: Config) -> SpeechReach:
    """Raises SpeechUnavailable naming the setting."""
    return read_reach("RECOGNISER", config.recogniser_url, config.recogniser_api_key)


def synthesiser_reach(config: Config) -> SpeechReach:
    """Raises SpeechUnavailable naming the setting."""
    return read_reach("SYNTHESISER", config.synthesiser_url, config.synthesiser_api_key)


def read_reach(setting: str, url: str, api_key: str = "") -> SpeechReach:
    """`setting`: the name that its two settings begin with."""
    scheme, _, rest = url.partition(":")
    provider, _, transport = scheme.partition("+")
    if provider == BUILTIN:
        return SpeechReach(BUILTIN)
    parts = urlsplit(f"{transport or 'https'}:{rest}")
    if provider not in BASES or bool(transport) != bool(parts.hostname):
        raise SpeechUnavailable(
            f"{setting}_URL is builtin:, deepgram:, elevenlabs: or openai:, and for a server of your own "
            f"openai+https://host/v1."
        )
    key = api_key or unquote(parts.password or parts.username or "")
    if not key and not transport:
        raise SpeechUnavailable(f"{setting}_URL names {provider}, which asks for a key: set {setting}_API_KEY.")
    host, path = parts.netloc.rpartition("@")[2], parts.path.rstrip("/")
    base = f"{parts.scheme}://{host}{path}" if transport else BASES[provider]
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    return SpeechReach(provider, base, key, asked.get("model", ""), asked.get("voice", ""))
