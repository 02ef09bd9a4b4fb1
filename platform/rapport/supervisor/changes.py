"""Seeing that code changed, for `manage.py run --reload`: modification times, looked at once a second."""

import os
from collections.abc import Iterator
from pathlib import Path

from rapport.config import ROOT

FOLDERS = ("platform", "tenants", "billing", "ingestion", "agents", "frontend")
ENDINGS = frozenset({".py", ".html", ".mo"})
SKIPPED = frozenset({"node_modules", "__pycache__", "static", "migrations"})


class Changes:
    """Call it: True once something is newer, new or gone since it was made."""

    def __init__(self) -> None:
        self._before = self._snapshot()

    def __call__(self) -> bool:
        return self._snapshot() != self._before

    def _snapshot(self) -> dict[Path, float]:
        return dict(_times())


def _times() -> Iterator[tuple[Path, float]]:
    for folder in FOLDERS:
        for parent, folders, files in os.walk(ROOT / folder):
            folders[:] = [name for name in folders if name not in SKIPPED]
            for name in files:
                path = Path(parent, name)
                if path.suffix in ENDINGS:
                    yield path, path.stat().st_mtime
