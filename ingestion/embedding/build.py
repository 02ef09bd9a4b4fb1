"""Builds the built-in model's ONNX file once and keeps it under DATA_DIR/models.

Building runs in a child process, so that its memory (300 MB) and the `onnx` package never enter a process that serves.
Two processes that build at once write the same bytes; the rename is atomic and the last one wins.
"""

import argparse
import os
import secrets
import subprocess
import sys
from pathlib import Path

from ingestion.embedding.errors import EmbeddingModelMissing
from ingestion.embedding.weights import WEIGHTS_SHA256, Precision, locate_model, read_tensors

BUILD_VERSION = 2  # raise it whenever bert_graph.py writes another file for the same weights


def built_path(models: Path, precision: Precision) -> Path:
    """Where the built file is or will be: named by weights, precision and build version."""
    return models / f"minilm-l6-v2-{precision}-{BUILD_VERSION}-{WEIGHTS_SHA256[:12]}.onnx"


def ensure_built(models: Path, precision: Precision) -> Path:
    """The built file's path, building it first when absent (some seconds). Raises EmbeddingModelMissing."""
    path = built_path(models, precision)
    if not path.exists():
        locate_model()
        _build_in_child(models, precision)
    return path


def _build_in_child(models: Path, precision: Precision) -> None:
    command = [sys.executable, "-m", "ingestion.embedding.build", "--models", str(models), "--precision", precision]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise EmbeddingModelMissing(f"building its graph failed ({reason}).")


def build(models: Path, precision: Precision) -> Path:
    """Write the graph for this precision in this process; returns its path."""
    from ingestion.embedding.bert_graph import build_graph

    content = build_graph(read_tensors(locate_model()), precision).SerializeToString()
    models.mkdir(parents=True, exist_ok=True)
    path = built_path(models, precision)
    partial = path.with_suffix(f".{os.getpid()}-{secrets.token_hex(4)}")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path, required=True, help="folder to write to")
    parser.add_argument("--precision", choices=("float32", "int8"), default="int8")
    options = parser.parse_args()
    build(options.models, options.precision)


if __name__ == "__main__":
    main()
