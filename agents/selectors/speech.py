"""Reads about a company's own keys at providers of speech. A key is opened for its own company's calls only."""

from dataclasses import dataclass
from uuid import UUID

from agents.channels.phone.audio.reach import BASES, SpeechReach
from agents.models import SpeechKey, SpeechProvider, SpeechRole
from rapport import logs
from rapport.encryption import SecretUnreadable, decrypt
from tenants.context import tenant_scope

log = logs.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class SpeechKeyView:
    """The key itself is not in it."""

    role: str
    provider: str
    base_url: str
    hint: str
    model: str
    voice: str

    @property
    def purpose(self) -> str:
        return SpeechRole(self.role).label

    @property
    def more(self) -> list[str]:
        return [each for each in (self.base_url, self.model, self.voice) if each]

    @property
    def label(self) -> str:
        return SpeechProvider(self.provider).label


def list_speech_keys(*, tenant_id: UUID) -> list[SpeechKeyView]:
    with tenant_scope(tenant_id):
        return [
            SpeechKeyView(row.role, row.provider, row.base_url, row.hint, row.model, row.voice)
            for row in SpeechKey.objects.order_by("role")
        ]


def own_speech(*, tenant_id: UUID) -> dict[str, SpeechReach]:
    """By role, with the opened keys: for a call, never to be shown. One that cannot be opened is left out."""
    found: dict[str, SpeechReach] = {}
    with tenant_scope(tenant_id):
        for row in SpeechKey.objects.all():
            try:
                found[row.role] = _reach(row)
            except SecretUnreadable:
                log.error("speech_key_unreadable", role=row.role)
    return found


def _reach(row: SpeechKey) -> SpeechReach:
    provider = SpeechProvider.OPENAI if row.provider == SpeechProvider.COMPATIBLE else row.provider
    key = decrypt(row.secret) if row.secret else ""
    base = row.base_url or BASES[provider]
    return SpeechReach(str(provider), base, key, row.model, row.voice, owner=str(row.tenant_id))
