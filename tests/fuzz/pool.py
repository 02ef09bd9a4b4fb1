"""Real ids for random calls: an API that answers 404 to everything has not been tried.

Ids come from the API's own lists: those of `/v1/agents/{agent_id}` from `/v1/agents`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class Pool:
    """Ids by the name of the parameter or field that takes them; read again when what they name may have gone."""

    client: httpx.Client
    paths: Iterable[str]
    ids: dict[str, list[str]] = field(default_factory=dict)

    def refresh(self) -> None:
        for path in self.paths:
            before, name = _last_parameter(path)
            if name:
                self.ids[name] = [*self._listed(before), *self.ids.get(name, ())][:20]

    def _listed(self, collection: str) -> list[str]:
        """The ids that a list holds now; none when its own address names something that is not there."""
        for name, known in self.ids.items():
            collection = collection.replace(f"{{{name}}}", known[0] if known else "-")
        answer = self.client.get(collection)
        rows: Any = answer.json().get("data", ()) if answer.status_code == 200 else ()
        return [row["id"] for row in rows if isinstance(row, dict) and "id" in row]


def _last_parameter(path: str) -> tuple[str, str]:
    """("/v1/agents", "agent_id") of "/v1/agents/{agent_id}/…"; the last parameter counts."""
    before, _, rest = path.rpartition("{")
    return before.rstrip("/"), rest.partition("}")[0]
