"""`python -m tests.leaks [--only embedded|real]`: the whole matrix, on SQLite and the embedded stores, then on
PostgreSQL (as the app's role, row-level security on), Weaviate, Neo4j and Redis where `make services` runs them.

Prints a table for each and one JSON object; ends with 1 when anything leaks. Without --only it writes
docs/security/leak-matrix.md.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.leaks import document
from tests.leaks.cells import Cell, figures, leaks_of, table
from tests.servers import _missing

TITLES = {
    "embedded": "On SQLite and the embedded stores",
    "real": "On PostgreSQL, Weaviate, Neo4j and Redis",
}
SETTINGS = ("DATABASE_URL", "VECTORS_URL", "GRAPH_URL", "STREAMS_URL")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=list(TITLES))
    only = parser.parse_args().only
    runs: dict[str, tuple[list[Cell], Any]] = {}
    for stores in [only] if only else TITLES:
        if stores == "real" and (reason := next(filter(None, map(_missing, SETTINGS)), "")):
            print(f"Not run on the real servers: {reason}.", flush=True)
            continue
        runs[stores] = _run(stores)
        _tell(TITLES[stores], runs[stores][0])
    if not only and set(runs) == set(TITLES):
        document.write([(TITLES[each], cells) for each, (cells, _) in runs.items()], runs["embedded"][1])
    print(json.dumps({stores: figures(cells) for stores, (cells, _) in runs.items()}))
    return int(not runs or any(leaks_of(cells) for cells, _ in runs.values()))


def _run(stores: str) -> tuple[list[Cell], Any]:
    """In a process of its own: its settings decide about its database."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        environment = {**os.environ, "RAPPORT_LEAKS_STORES": stores, "RAPPORT_LEAKS_FILE": file.name}
        environment.pop("RAPPORT_TEST_DATA_DIR", None)
        environment["RAPPORT_TEST_DATABASE"] = "postgres" if stores == "real" else ""
        command = [sys.executable, "-m", "pytest", "-q", "tests/leaks/whole.py"]
        done = subprocess.run(command, env=environment, text=True, capture_output=True, check=False)
        if done.returncode:
            sys.exit(done.stdout[-6_000:] + done.stderr[-2_000:])
        found = json.loads(Path(file.name).read_text())
    return [Cell(*each) for each in found["cells"]], found["gates"]


def _tell(title: str, cells: list[Cell]) -> None:
    print(f"{title}\n\n{table(cells)}\n")
    for cell in leaks_of(cells):
        print(f"LEAK {cell.kind}: {cell.subject}, {cell.caller}: {cell.problem}")
    print(f"{len(cells):,} cells, {len(leaks_of(cells))} leaks\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
