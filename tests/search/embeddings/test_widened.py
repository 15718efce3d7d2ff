"""Vectors in memory say after each change what the file says."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from search.embeddings import widened
from search.embeddings.widened import Widened

DIMENSION = 4
CHANGES = st.lists(
    st.tuples(st.lists(st.integers(0, 30), max_size=4), st.integers(0, 5)), max_size=8
)


def rows_of(generator: np.random.Generator, count: int) -> NDArray[np.float16]:
    return generator.standard_normal((count, DIMENSION)).astype(np.float16)


@given(CHANGES, st.integers(0, 9))
def test_changed_and_new_rows_are_as_widened_anew(
    changes: list[tuple[list[int], int]], first: int
) -> None:
    generator = np.random.default_rng(first)
    rows = rows_of(generator, first)
    wide = Widened.of(rows)
    for touched, more in changes:
        before = wide.cosines(np.ones(DIMENSION, dtype=np.float32))
        rows = np.concatenate([rows, rows_of(generator, more)])
        some = {row for row in touched if row < len(rows)}
        rows[list(some)] = rows_of(generator, len(some))
        later = wide.after(rows, some)
        assert later is not None
        again = wide.cosines(np.ones(DIMENSION, dtype=np.float32))
        assert np.array_equal(before, again), "whoever searches meanwhile sees the earlier state"
        wide = later
        every = list(range(len(rows)))
        assert np.array_equal(wide.numbers_of(every), rows.astype(np.float32))
        assert np.array_equal(wide.numbers_of(every[::-1]), rows[::-1].astype(np.float32))
        for axis in np.eye(DIMENSION, dtype=np.float32):
            assert np.allclose(wide.cosines(axis), rows.astype(np.float32) @ axis)


def test_what_cannot_stand_beside_is_widened_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(widened, "MOST_CHANGED", 3)
    rows = rows_of(np.random.default_rng(1), 6)
    wide = Widened.of(rows)
    assert wide.after(rows, range(3)) is not None
    assert wide.after(rows, range(4)) is None
    assert wide.after(rows[:5], ()) is None, "fewer rows: another file"
    assert wide.after(rows[:, :2], ()) is None, "another model"
