"""The ONNX graph computes the model: equal to plain numpy in float32, close to it in int8."""

import numpy as np
import onnxruntime
import pytest

from ingestion.embedding.bert_graph import INT8_LIMIT, quantize_columns
from ingestion.embedding.build import ensure_built
from ingestion.embedding.weights import Tensor, locate_model, read_tensors
from tests.ingestion.embedding.processes import load_model, models_folder
from tests.ingestion.embedding.reference import forward

TEXTS = (
    "",
    "hi",
    "How do I reset my password?",
    "Invoices are sent on the first day of each month; a change of plan takes effect at once. " * 6,
    "Zwölf Boxkämpfer jagen Viktor quer über den großen Sylter Deich. 東京 🙂",
)
FLOAT32_TOLERANCE = 2e-6  # largest difference of any number of a unit vector
INT8_COSINE = 0.98


@pytest.fixture(scope="module")
def tensors() -> dict[str, Tensor]:
    return read_tensors(locate_model())


@pytest.mark.parametrize("text", TEXTS)
def test_float32_equals_the_forward_pass_in_numpy(tensors: dict[str, Tensor], text: str) -> None:
    model = load_model("float32")
    ids = model.tokenize([text])[0]

    expected, states = forward(tensors, ids)

    assert np.abs(model.encode([text])[0] - expected).max() < FLOAT32_TOLERANCE
    assert np.abs(model.embed_tokens([text])[0].states - states).max() < 5e-3  # float16 keeps eleven bits


@pytest.mark.parametrize("text", TEXTS)
def test_int8_stays_close_to_float32(text: str) -> None:
    assert float(load_model("int8").encode([text])[0] @ load_model("float32").encode([text])[0]) > INT8_COSINE


def test_texts_of_one_length_may_share_a_run() -> None:
    session = onnxruntime.InferenceSession(str(ensure_built(models_folder(), "float32")))
    rows = load_model("float32").tokenize(["how are you", "who was she"])

    together = session.run(["embedding"], {"input_ids": np.array(rows, np.int64)})[0]

    assert np.abs(together - load_model("float32").encode_ids(rows)).max() < FLOAT32_TOLERANCE


def test_int8_columns_keep_their_own_scale() -> None:
    weight = np.array([[1.0, -100.0], [0.5, 50.0]], np.float32)

    values, scales = quantize_columns(weight)

    assert np.abs(values).max() == INT8_LIMIT
    assert np.allclose(values * scales, weight, atol=np.abs(weight).max(axis=0) / INT8_LIMIT)
