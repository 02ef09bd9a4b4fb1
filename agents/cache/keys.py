"""Which answers may be given to whom: everything but the question that decides an answer, as one digest."""

import hashlib
import re
import unicodedata
from dataclasses import astuple, dataclass
from uuid import UUID

from ingestion.knowledge import knowledge_version


@dataclass(frozen=True, slots=True)
class Setting:
    """`configuration`: digests of what the agent's version is and of the prompts that it is told now; `language`: ""
    when nobody can tell; `tools`: digest of those that it may call; `visitors`: who may get the answer, "" for all
    who may ask the agent."""

    agent_id: UUID
    agent_version: int
    configuration: str
    model: str
    language: str
    tools: str = ""
    visitors: str = ""


def partition_of(setting: Setting, *, tenant_id: UUID) -> str:
    """Reads the knowledge's version now: take it before searching, so that newer knowledge is not hidden."""
    parts = (str(tenant_id), knowledge_version(tenant_id=tenant_id), *map(str, astuple(setting)))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def key_of(partition: str, question: str) -> str:
    return hashlib.sha256(f"{partition}\x1f{normalise(question)}".encode()).hexdigest()


def normalise(question: str) -> str:
    """Case, white space and final punctuation do not make a question another one."""
    text = re.sub(r"\s+", " ", unicodedata.normalize("NFKC", question)).strip().casefold()
    return text.rstrip(" ?!.") or text
