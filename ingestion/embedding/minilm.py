"""The built-in model in this process: text in, unit vectors out, on ONNX Runtime.

Texts are never padded: each runs alone, so that a vector does not depend on its neighbours. Processes that serve people
use the embedder's own process instead (`client.BuiltinEmbedder`). This module must not import Django.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from ingestion.embedding.build import ensure_built
from ingestion.embedding.errors import TextTooLong
from ingestion.embedding.port import TokenStates, Vectors
from ingestion.embedding.weights import DIMENSIONS, MAX_TOKENS, Precision, describe_model, locate_model


class MiniLM:
    """all-MiniLM-L6-v2. Safe to call from several threads; `threads` is the number of cores one call may use."""

    def __init__(self, models: Path, *, precision: Precision = "int8", threads: int = 1) -> None:
        """`models`: the folder of built files (DATA_DIR/models). Raises EmbeddingModelMissing."""
        self._tokenizer = load_tokenizer()
        self._session = _open_session(ensure_built(models, precision), threads)
        self.model = describe_model(precision)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), 384). Raises TextTooLong past 512 tokens."""
        return self.encode_ids(self.tokenize(texts))

    def encode_ids(self, rows: Sequence[Sequence[int]]) -> Vectors:
        """Unit vectors of texts that are tokenized already, in order."""
        vectors = np.empty((len(rows), DIMENSIONS), np.float32)
        for index, ids in enumerate(rows):
            vectors[index] = self._run("embedding", ids)
        return vectors

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenStates]:
        """The last layer's state of each token. Raises TextTooLong past 512 tokens."""
        return [self.states_of(encoding) for encoding in self.tokenize_with_offsets(texts)]

    def states_of(self, encoding: Encoding) -> TokenStates:
        """Token states of a text that is tokenized already."""
        return TokenStates(
            states=self._run("token_states", encoding.ids).astype(np.float16),
            offsets=np.array(encoding.offsets, np.int32).reshape(-1, 2),
        )

    def tokenize(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids with [CLS] and [SEP]. Raises TextTooLong naming the first text past 512 tokens."""
        rows = self.token_ids(texts)
        check_lengths(rows)
        return rows

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Token ids with [CLS] and [SEP]; any length."""
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(_clean(texts))]

    def tokenize_with_offsets(self, texts: Sequence[str]) -> list[Encoding]:
        """The same, with each token's characters."""
        encodings: list[Encoding] = self._tokenizer.encode_batch(_clean(texts))
        check_lengths([encoding.ids for encoding in encodings])
        return encodings

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens per text, [CLS] and [SEP] included; any length."""
        return [len(row) for row in self.token_ids(texts)]

    def _run(self, output: str, ids: Sequence[int]) -> NDArray[np.float32]:
        outputs = self._session.run([output], {"input_ids": np.array([ids], np.int64)})
        result: NDArray[np.float32] = outputs[0][0]
        return result


def load_tokenizer() -> Tokenizer:
    """The model's tokenizer. As shipped it cuts at 128 tokens and pads to 128; here it does neither."""
    tokenizer = Tokenizer.from_file(str(locate_model().tokenizer))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def _clean(texts: Sequence[str]) -> list[str]:
    """Half surrogates, which the tokenizer does not take, become question marks; offsets stay true."""
    return [text.encode("utf-8", "replace").decode() for text in texts]


def check_lengths(rows: Sequence[Sequence[int]]) -> None:
    """Raises TextTooLong naming the first row past 512 tokens."""
    for index, row in enumerate(rows):
        if len(row) > MAX_TOKENS:
            raise TextTooLong(index=index, tokens=len(row), max_tokens=MAX_TOKENS)


def _open_session(path: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False  # the arena keeps the longest text's memory for ever
    options.enable_mem_pattern = False
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # a waiting thread must not burn a core
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
