"""How Rapport shows a company's system who it is. A secret stands in no error, no result and no trace: should the other
side say it back, it is blotted out."""

import base64
from dataclasses import dataclass, field
from urllib.parse import quote

from agents.models import ToolConnection
from rapport.encryption import decrypt

BLOT = "•••"


@dataclass(frozen=True, slots=True)
class Credential:
    """`name`: of the header or parameter; for "basic" the user."""

    auth: str = "none"
    name: str = ""
    secret: str = field(default="", repr=False)

    @classmethod
    def of(cls, row: ToolConnection) -> "Credential":
        return cls(row.auth, row.auth_name, decrypt(row.secret) if row.secret else "")

    def headers(self) -> dict[str, str]:
        match self.auth:
            case "header":
                return {self.name.lower(): self.secret}
            case "bearer":
                return {"authorization": f"Bearer {self.secret}"}
            case "basic":
                return {"authorization": f"Basic {self._basic()}"}
        return {}

    def query(self) -> list[tuple[str, str]]:
        return [(self.name, self.secret)] if self.auth == "query" else []

    def blotted(self, text: str) -> str:
        """Without the secret, in whatever way it was sent."""
        for each in {self.secret, quote(self.secret, safe=""), self._basic() if self.auth == "basic" else ""}:
            text = text.replace(each, BLOT) if len(each) > 3 else text
        return text

    def _basic(self) -> str:
        return base64.b64encode(f"{self.name}:{self.secret}".encode()).decode()
