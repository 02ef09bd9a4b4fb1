"""A tenant's matrix, through any history of writes and removals, agrees with a plain dictionary of vectors."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.embedding.port import Vectors
from ingestion.vectors.matrix import TenantMatrix

DIMENSIONS = 8
Step = tuple[str, list[int]]


def direction(number: int) -> Vectors:
    vector = np.random.default_rng(number).normal(size=DIMENSIONS)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


ROWIDS = st.lists(st.integers(1, 90), unique=True, max_size=70)
STEPS = st.lists(st.tuples(st.sampled_from(["put", "drop"]), ROWIDS), max_size=12)


@settings(max_examples=60, deadline=None)
@given(steps=STEPS, limit=st.integers(1, 20), allowed=st.none() | ROWIDS)
def test_any_history_agrees_with_a_dictionary(steps: list[Step], limit: int, allowed: list[int] | None) -> None:
    matrix, plain = TenantMatrix(DIMENSIONS, epoch=(1, 0, DIMENSIONS)), dict[int, Vectors]()
    for number, (action, rowids) in enumerate(steps):
        vectors = np.array([direction(1000 * number + rowid) for rowid in rowids], np.float32)
        if action == "put":
            matrix.put(rowids, vectors.reshape(len(rowids), DIMENSIONS))
            plain.update(zip(rowids, vectors, strict=True))
        else:
            matrix.drop(rowids)
            plain = {rowid: vector for rowid, vector in plain.items() if rowid not in rowids}
    query = direction(-1 % 7)
    wanted = {rowid: float(plain[rowid] @ query) for rowid in plain if allowed is None or rowid in allowed}

    found = matrix.nearest(query, limit=limit, allowed=None if allowed is None else np.array(allowed, np.int64))

    assert matrix.size == len(plain)
    assert [rowid for rowid, _ in found] == sorted(wanted, key=lambda rowid: -wanted[rowid])[:limit]
    assert np.allclose([score for _, score in found], [wanted[rowid] for rowid, _ in found], atol=1e-5)
