"""How long a company's move to another embedding model takes, and what its questions feel of it.

    python -m tests.benchmarks.reembedding --corpus DIR [--pages 60] [--real]

Reads pages, asks questions for a while, then asks them again all the time while `manage.py reembed --to` the built-in
model of finer numbers runs in a process of its own. `--real`: PostgreSQL and Weaviate of `make services`.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.running import ROOT
from tests.servers import corners

QUIET_SECONDS = 10.0
MODEL = "minilm-l6-v2-float32-1"
PROGRAM = "from tests.ingestion.reembedding.program import *; "


def main() -> None:
    options = _parse()
    folder = Path(tempfile.mkdtemp(prefix="rapport-"))
    try:
        with _servers(is_real=options.real) as real:
            _measure(options, folder, {**os.environ, "DATABASE_URL": "", "DATA_DIR": str(folder), **real})
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--corpus", type=Path, required=True, help="folder of files")
    parser.add_argument("--pages", type=int, default=60, help="how many of them")
    parser.add_argument("--real", action="store_true", help="PostgreSQL and Weaviate of `make services`")
    return parser.parse_args()


@contextlib.contextmanager
def _servers(*, is_real: bool) -> Iterator[Mapping[str, str]]:
    if not is_real:
        yield {}
        return
    with corners() as settings:
        used = {name: settings[name] for name in settings if name.startswith("DATABASE") or name == "VECTORS_URL"}
        yield {**used, "EMAIL_URL": "embedded:", "ALLOWED_HOSTS": "localhost", "SECRET_KEY": "benchmark-" + "x" * 40}


def _measure(options: argparse.Namespace, folder: Path, environment: Mapping[str, str]) -> None:
    environment = {**environment, "LOG_LEVEL": "ERROR"}
    _run(environment, "shell", "-c", f"{PROGRAM}fill_from({str(options.corpus)!r}, {options.pages})")
    heard, stop = folder / "heard.jsonl", folder / "stop"
    command = [sys.executable, str(ROOT / "manage.py"), "shell", "-c", f"{PROGRAM}ask({str(heard)!r}, {str(stop)!r})"]
    asking = subprocess.Popen(command, env=dict(environment), cwd=ROOT)
    try:
        _wait_for(heard)
        time.sleep(QUIET_SECONDS)
        before = len(_heard(heard))
        sys.stdout.write(_run(environment, "reembed", "--to", MODEL))
        during = _heard(heard)[before:]
        stop.touch()
        asking.wait(60)
    finally:
        asking.kill()
    _report("asked alone", _heard(heard)[1:before])  # the first one opens the stores
    _report("asked during the move", during)


def _run(environment: Mapping[str, str], *words: str) -> str:
    command = [sys.executable, str(ROOT / "manage.py"), *words]
    return subprocess.run(
        command, env=dict(environment), check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ).stdout


def _wait_for(path: Path) -> None:
    while not path.exists() or not path.read_text():
        time.sleep(0.1)


def _heard(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]


def _report(title: str, lines: list[dict[str, Any]]) -> None:
    spent = np.array([line["ms"] for line in lines])
    middle, high = np.percentile(spent, [50, 95])
    fewest = min(line["found"] for line in lines)
    failed = sum(bool(line["failed"]) for line in lines)
    sys.stdout.write(
        f"{title}: {len(lines):,} questions, p50 {middle:.1f} ms, p95 {high:.1f} ms, fewest passages {fewest}, "
        f"{failed} with an arm away\n"
    )


if __name__ == "__main__":
    main()
