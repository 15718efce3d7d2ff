"""The reading side of the vectors in the data folder: exact cosines, by plain multiplication."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ontology.errors import AtlasError
from search.embeddings.errors import VECTORS_UNREADABLE
from search.embeddings.protocols import Near, Vector
from search.embeddings.store import MATRIX, NUMBER, ROWS, folder_of, reading
from search.embeddings.widened import Widened
from search.index.plan import Plan
from search.index.protocol import IndexView

_BLOCK: Final = 128
"""Rows that are converted to float32 and multiplied at once: few enough for the processor's cache,
which makes it three times as fast as thousands."""
_WIDE: Final = 16 << 20
"""Numbers that are kept as float32 (64 MiB): widening them for each search takes ten times as long
as multiplying them."""
_FEW: Final = 2_000
"""A filter with at most so many documents is compared whole; else the nearest are filtered."""
_SPARE: Final = 1.2
"""How many more of the nearest are looked up than are wanted: some are of removed records."""
_SPARE_FILTERED: Final = 3.0
"""And where filters keep only some of them."""
_WIDER: Final = 8


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The contents of the files at one moment."""

    change: int
    rows: NDArray[np.float16]
    row_of: dict[str, int]
    iris_of: dict[int, tuple[str, ...]]
    wide: Widened | None = None
    """The rows as they are multiplied, where they are few enough to be kept so in memory: a file
    may be cut off while it is mapped."""

    def numbers_of(self, rows: Sequence[int]) -> NDArray[np.float32]:
        """Return some rows."""
        if self.wide is None:
            return np.asarray(self.rows[np.asarray(rows, dtype=np.int64)], dtype=np.float32)
        return self.wide.numbers_of(rows)

    def cosines(self, vector: Vector) -> NDArray[np.float32]:
        """Return the products of all rows with a vector."""
        return _cosines(self.rows, vector) if self.wide is None else self.wide.cosines(vector)


class MatrixVectors:
    """Reads the vectors of one model; safe to share among threads. See
    `search.embeddings.protocols`."""

    def __init__(self, vectors: Path, model: str) -> None:
        """Read below ``vectors``, where nothing need be yet."""
        self._folder = folder_of(vectors, model)
        self._lock = threading.Lock()
        self._rows: tuple[int, sqlite3.Connection] | None = None
        self._version = -1
        self._seen: Snapshot | None = None

    def size(self) -> int:
        """Return how many datasets have a vector; raises `AtlasError` (``vectors-unreadable``)."""
        with self._lock:
            seen = self._seen
        if seen is not None:
            seen = self._snapshot()
            return 0 if seen is None else len(seen.row_of)
        # Only counted: whoever asks for nothing else need not read them all.
        path = self._folder / ROWS
        if not path.exists():
            return 0
        address = f"{path.absolute().as_uri()}?mode=ro"
        with reading(self._folder), closing(sqlite3.connect(address, uri=True)) as rows:
            query = "SELECT count(*) FROM dataset WHERE row IS NOT NULL"
            return int(rows.execute(query).fetchone()[0])

    def dimension(self) -> int:
        """Return how many numbers a vector has; 0 where there is none yet."""
        seen = self._snapshot()
        return 0 if seen is None else seen.rows.shape[1]

    def cosines(self, vector: Vector, iris: Sequence[str]) -> dict[str, float]:
        """Return the cosines of those datasets that have a vector."""
        seen = self._snapshot()
        if seen is None or seen.rows.shape[1] != len(vector):
            return {}
        known = [iri for iri in iris if iri in seen.row_of]
        cosines = seen.numbers_of([seen.row_of[iri] for iri in known]) @ vector
        return dict(zip(known, map(float, cosines), strict=True))

    def rows_of(self, iris: Sequence[str]) -> dict[str, Vector]:
        """Return the vectors of those datasets that have one."""
        seen = self._snapshot()
        if seen is None:
            return {}
        known = [iri for iri in iris if iri in seen.row_of]
        rows = seen.numbers_of([seen.row_of[iri] for iri in known])
        return dict(zip(known, rows, strict=True))

    def nearest(self, vector: Vector, plan: Plan, count: int, view: IndexView) -> list[Near]:
        """Return the datasets within a plan's filters that are nearest, the nearest first."""
        seen = self._snapshot()
        if seen is None or seen.rows.shape[1] != len(vector):
            return []
        within = replace(plan, groups=None, order="modified", after=None)
        if plan.narrows:
            total = view.find(within, 0).total
            if total <= _FEW:
                found = {c.document.iri: c.document for c in view.find(within, total).candidates}
                near = self.cosines(vector, list(found)).items()
                first = sorted(near, key=lambda one: (-one[1], one[0]))[:count]
                return [(found[iri], cosine) for iri, cosine in first]
        cosines = seen.cosines(vector)
        wanted = int(count * (_SPARE_FILTERED if plan.narrows else _SPARE)) + 1
        while True:
            some = list(_first(cosines, wanted, seen.iris_of))
            documents = view.among([iri for iri, _ in some], within)
            held = [(documents[iri], cosine) for iri, cosine in some if iri in documents]
            if len(held) >= count or wanted >= len(cosines):
                return held[:count]
            wanted *= _WIDER

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            if self._rows is not None:
                self._rows[1].close()
            self._rows, self._seen, self._version = None, None, -1

    def _snapshot(self) -> Snapshot | None:
        with self._lock, reading(self._folder):
            try:
                # Whoever removes the folder wants everything anew.
                inode = os.stat(self._folder / ROWS).st_ino  # noqa: PTH116
            except FileNotFoundError:
                return None
            if self._rows is None or self._rows[0] != inode:
                if self._rows is not None:
                    self._rows[1].close()
                address = f"{(self._folder / ROWS).absolute().as_uri()}?mode=ro"
                opened = sqlite3.connect(address, uri=True, check_same_thread=False)
                self._rows, self._seen, self._version = (inode, opened), None, -1
            rows = self._rows[1]
            (version,) = rows.execute("PRAGMA data_version").fetchone()
            if version != self._version:
                self._seen = self._read(rows, self._seen)
                self._version = version
            return self._seen

    def _read(self, rows: sqlite3.Connection, seen: Snapshot | None) -> Snapshot | None:
        rows.execute("BEGIN")
        try:
            about: dict[str, int] = dict(rows.execute("SELECT name, value FROM about"))
            count, dimension = about.get("rows", 0), about.get("dimension", 0)
            if not count:
                return None
            change = about.get("change")
            if change is None:
                raise AtlasError(VECTORS_UNREADABLE, path=self._folder, reason="about.change")
            since = seen.change if seen is not None else 0
            changed = rows.execute(
                "SELECT iri, row FROM dataset WHERE change > ?", (since,)
            ).fetchall()
        finally:
            rows.execute("COMMIT")
        row_of = dict(seen.row_of) if seen is not None else {}
        iris_of = dict(seen.iris_of) if seen is not None else {}
        touched: set[int] = set()
        for iri, row in changed:
            before = row_of.pop(iri, None)
            if before is not None:
                touched.add(before)
                left = tuple(one for one in iris_of.pop(before) if one != iri)
                if left:
                    iris_of[before] = left
            if row is None:
                continue
            if not 0 <= row < count:
                raise AtlasError(VECTORS_UNREADABLE, path=self._folder, reason=f"row {row}")
            touched.add(row)
            row_of[iri] = row
            iris_of[row] = (*iris_of.get(row, ()), iri)
        if seen is not None and seen.rows.shape == (count, dimension):
            matrix = seen.rows
        else:
            try:
                matrix = np.memmap(self._folder / MATRIX, NUMBER, "r", shape=(count, dimension))
            except ValueError as error:
                # Shorter than its rows: cut off, or of another copy.
                raise AtlasError(VECTORS_UNREADABLE, path=self._folder, reason=error) from error
        wide = None
        if matrix.size <= _WIDE:
            known = seen.wide if seen is not None else None
            wide = (known and known.after(matrix, touched)) or Widened.of(matrix)
        return Snapshot(change, matrix, row_of, iris_of, wide)


def _cosines(rows: NDArray[np.float16], vector: Vector) -> NDArray[np.float32]:
    found = np.empty(len(rows), dtype=np.float32)
    wide = np.empty((_BLOCK, rows.shape[1]), dtype=np.float32)
    for start in range(0, len(rows), _BLOCK):
        block = rows[start : start + _BLOCK]
        widened = wide[: len(block)]
        np.copyto(widened, block)
        np.dot(widened, vector, out=found[start : start + len(block)])
    return found


def _first(
    cosines: NDArray[np.float32], wanted: int, iris_of: dict[int, tuple[str, ...]]
) -> Iterator[tuple[str, float]]:
    """Yield the datasets of the first rows, the nearest first, equal ones by IRI."""
    if wanted < len(cosines):
        rows = np.argpartition(-cosines, wanted)[:wanted]
    else:
        rows = np.arange(len(cosines))
    named = [(-float(cosines[row]), iri) for row in map(int, rows) for iri in iris_of.get(row, ())]
    for negative, iri in sorted(named):
        yield iri, -negative
