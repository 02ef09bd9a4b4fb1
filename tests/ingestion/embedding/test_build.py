"""The built file: made once, whole or not at all, and a clear error when its source is missing."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pytest

from ingestion.embedding import weights
from ingestion.embedding.build import BUILD_VERSION, build, built_path, ensure_built
from ingestion.embedding.errors import EmbeddingModelMissing
from ingestion.embedding.weights import WEIGHTS_SHA256, ModelFiles, locate_model, read_tensors


def test_two_processes_build_at_once_and_leave_one_whole_file(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ingestion.embedding.build", "--models", str(tmp_path)]
    both = [subprocess.Popen(command) for _ in range(2)]

    assert [process.wait(60) for process in both] == [0, 0]

    path = built_path(tmp_path, "int8")
    assert list(tmp_path.iterdir()) == [path]
    again = build(tmp_path / "again", "int8")
    assert hashlib.sha256(path.read_bytes()).digest() == hashlib.sha256(again.read_bytes()).digest()


def test_the_name_tells_weights_and_build_apart(tmp_path: Path) -> None:
    assert built_path(tmp_path, "int8").name == f"minilm-l6-v2-int8-{BUILD_VERSION}-{WEIGHTS_SHA256[:12]}.onnx"
    assert built_path(tmp_path, "int8") != built_path(tmp_path, "float32")


def test_a_missing_package_names_the_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(weights, "PACKAGE", "a_package_that_nobody_has")

    with pytest.raises(EmbeddingModelMissing, match="EMBEDDINGS_URL"):
        ensure_built(tmp_path, "int8")


def test_other_weights_are_refused(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"other numbers")

    with pytest.raises(EmbeddingModelMissing, match="checksum"):
        read_tensors(ModelFiles(tmp_path / "model.safetensors", locate_model().tokenizer))


def test_a_folder_that_cannot_be_written_is_an_error_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("a file in the folder's place")

    with pytest.raises(EmbeddingModelMissing, match="building its graph failed"):
        ensure_built(tmp_path / "models", "int8")
