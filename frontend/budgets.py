"""How heavy the front end may be, in gzip bytes. A page of a customer carries the loader; the rest loads on demand."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

BUILD = Path(__file__).parent / "static" / "build"


@dataclass(frozen=True, slots=True)
class Budget:
    """`entry` is a manifest key, counted with its imports and styles, or a file's name in the build folder."""

    name: str
    entry: str
    limit: int


BUDGETS = (
    Budget("loader", "loader.js", 2_048),
    Budget("teaser", "teaser.js", 2_600),
    Budget("element", "rapport-chat.js", 4_000),
    Budget("widget app", "widget/app/main.tsx", 30_000),
    Budget("dashboard", "islands/dashboard.ts", 60_000),
    Budget("live pages", "islands/live.ts", 3_000),
    Budget("proactive", "islands/proactive.ts", 3_000),
    Budget("consent", "islands/consent.ts", 1_500),
    Budget("office hours", "islands/hours.ts", 1_500),
    Budget("trial call", "islands/try-call.ts", 4_000),
    Budget("trial call's line", "islands/line-worklet.ts", 1_500),
)


def entry_files(manifest: dict[str, dict[str, object]], entry: str) -> set[str]:
    """The entry's file, everything it imports before it runs, and their styles."""
    found: set[str] = set()
    waiting, seen = [entry], set[str]()
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        chunk = manifest[key]
        found.add(str(chunk["file"]))
        found.update(_names(chunk, "css"))
        waiting.extend(_names(chunk, "imports"))
    return found


def _names(chunk: dict[str, object], field: str) -> list[str]:
    value = chunk.get(field, [])
    return [str(name) for name in value] if isinstance(value, list) else []


def weigh(budget: Budget, build: Path = BUILD) -> int:
    """Gzip bytes (level 9) of everything the entry needs."""
    manifest = json.loads((build / ".vite" / "manifest.json").read_text())
    names = {budget.entry} if (build / budget.entry).is_file() else entry_files(manifest, budget.entry)
    return sum(len(gzip.compress((build / name).read_bytes(), 9, mtime=0)) for name in names)


def report_budgets(build: Path = BUILD) -> list[str]:
    """One line for each budget; a line that begins with "over" is a failure."""
    lines = []
    for budget in BUDGETS:
        weight = weigh(budget, build)
        verdict = "ok  " if weight <= budget.limit else "over"
        lines.append(f"{verdict} {budget.name:<12} {weight:>7,} of {budget.limit:,} bytes gzip")
    return lines
