"""Everything around the model, measured beside others on the same servers: `make bench-stores CORPUS=dir`.

The sides take turns and the best of each counts, so that other work on the machine falls on all of them; still, only
ratios of one run mean something on a busy machine. The last line is one JSON object.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.ingest import prepare_product, servers_of

ROUNDS = 2


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--corpus", type=Path, required=True, help="folder of HTML pages")
    arguments.add_argument("--limit", type=int, default=0, help="take only N of them")
    arguments.add_argument("--rounds", type=int, default=ROUNDS)
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="rapport-") as folder, servers_of(real=True) as settings:
        prepare_product(folder, settings)
        figures = _measure(options.corpus, options.limit, options.rounds, Path(folder))
    for name, value in figures.items():
        print(f"{name:28} {value}", file=sys.stderr)
    print(json.dumps(figures))
    return 0


def _measure(corpus: Path, limit: int, rounds: int, folder: Path) -> dict[str, object]:
    from tests.benchmarks.peers.compare import compare
    from tests.benchmarks.peers.corpus import StubEmbedder, read_pages

    pages = read_pages(corpus, limit)
    if not pages:
        raise SystemExit(f"There is no HTML page in {corpus}.")
    figures = compare(pages, StubEmbedder(), rounds, folder)
    return {"pages": len(pages), **figures, "load_average": round(os.getloadavg()[0], 1)}


if __name__ == "__main__":
    raise SystemExit(main())
