"""all-MiniLM-L6-v2 in plain numpy, float32: what the ONNX graph must equal. Written from the papers, for one text."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from ingestion.embedding.weights import Tensor

HEADS = 12
_ERF = np.vectorize(math.erf, otypes=[np.float64])


def forward(tensors: Mapping[str, Tensor], ids: Sequence[int]) -> tuple[Tensor, Tensor]:
    """(embedding (384,), token states (tokens, 384))."""
    state = tensors["embeddings.word_embeddings.weight"][list(ids)]
    state = state + tensors["embeddings.position_embeddings.weight"][: len(ids)]
    state = state + tensors["embeddings.token_type_embeddings.weight"][0]
    state = _norm(tensors, "embeddings.LayerNorm", state)
    for layer in range(6):
        state = _layer(tensors, f"encoder.layer.{layer}", state)
    mean = state.mean(axis=0)
    return mean / np.linalg.norm(mean), state


def _layer(tensors: Mapping[str, Tensor], name: str, state: Tensor) -> Tensor:
    attended = _linear(tensors, f"{name}.attention.output.dense", _attention(tensors, f"{name}.attention.self", state))
    state = _norm(tensors, f"{name}.attention.output.LayerNorm", state + attended)
    wide = _linear(tensors, f"{name}.intermediate.dense", state)
    wide = (wide * 0.5 * (1 + _ERF(wide / math.sqrt(2)))).astype(np.float32)
    return _norm(tensors, f"{name}.output.LayerNorm", state + _linear(tensors, f"{name}.output.dense", wide))


def _attention(tensors: Mapping[str, Tensor], name: str, state: Tensor) -> Tensor:
    query, key, value = (
        _linear(tensors, f"{name}.{part}", state).reshape(len(state), HEADS, -1).transpose(1, 0, 2)
        for part in ("query", "key", "value")
    )
    scores = query @ key.transpose(0, 2, 1) / math.sqrt(query.shape[-1])
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    return np.asarray((weights @ value).transpose(1, 0, 2).reshape(len(state), -1), np.float32)


def _linear(tensors: Mapping[str, Tensor], name: str, state: Tensor) -> Tensor:
    return np.asarray(state @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"], np.float32)


def _norm(tensors: Mapping[str, Tensor], name: str, state: Tensor) -> Tensor:
    centred = state - state.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    return np.asarray(scaled * tensors[f"{name}.weight"] + tensors[f"{name}.bias"], np.float32)
