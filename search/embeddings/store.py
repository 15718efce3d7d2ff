"""The vectors of one model in the data folder, each asked for only once.

``matrix.f16`` holds a vector (little-endian float16, of length 1) in each row. ``rows.sqlite``
tells which text stands in which row, and which dataset has which text. One process writes; any
number read (`search.embeddings.matrix`). A row is written before the transaction that names it, so
that a crash between the two leaves a row that nobody reads.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final

import numpy as np

from ontology.errors import AtlasError
from search.embeddings.errors import EMBEDDING_CHANGED, VECTORS_UNREADABLE
from search.embeddings.protocols import VectorRows
from search.embeddings.texts import TEXT_VERSION

ROWS: Final = "rows.sqlite"
MATRIX: Final = "matrix.f16"
NUMBER: Final = np.dtype("<f2")
_AT_ONCE: Final = 500
"""Parameters of one statement; SQLite takes 999 at the least."""

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS about (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS text (key BLOB PRIMARY KEY, row INTEGER NOT NULL UNIQUE) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS free (row INTEGER PRIMARY KEY);
CREATE TABLE IF NOT EXISTS dataset (iri TEXT PRIMARY KEY, row INTEGER, change INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS dataset_by_row ON dataset (row);
CREATE INDEX IF NOT EXISTS dataset_by_change ON dataset (change);
"""


def folder_of(vectors: Path, model: str) -> Path:
    """Return where the vectors of a model stand below the folder of all."""
    name = blake2b(f"{TEXT_VERSION}\n{model}".encode(), digest_size=8).hexdigest()
    return vectors / name


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn errors of the disk and of SQLite into ``vectors-unreadable``."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise AtlasError(VECTORS_UNREADABLE, path=path, reason=error) from error


class VectorStore:
    """Writes the vectors of one model; safe to share among threads."""

    def __init__(self, vectors: Path, model: str) -> None:
        """Write below ``vectors``; what other models left there is removed.

        Raises `AtlasError` (``vectors-unreadable``), like everything here.
        """
        self.model = model
        self.folder = folder_of(vectors, model)
        self._lock = threading.Lock()
        with reading(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            for other in vectors.iterdir():
                if other != self.folder and (other / ROWS).exists():
                    shutil.rmtree(other, ignore_errors=True)
            self._rows = sqlite3.connect(self.folder / ROWS, check_same_thread=False)
            try:
                self._rows.execute("PRAGMA journal_mode = WAL")
                self._rows.execute("PRAGMA synchronous = NORMAL")
                self._rows.executescript(_SCHEMA)
                flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
                self._matrix = os.open(self.folder / MATRIX, flags, 0o644)
            except BaseException:
                self._rows.close()
                raise

    def close(self) -> None:
        """Close the files."""
        with self._lock:
            self._rows.close()
            os.close(self._matrix)

    def check(self, dimension: int) -> None:
        """Raise `AtlasError` (``embedding-changed``) where vectors of another length are kept."""
        kept = self._about("dimension")
        if kept and kept != dimension:
            raise AtlasError(
                EMBEDDING_CHANGED, model=self.model, kept=kept, now=dimension, path=self.folder
            )

    def datasets(self) -> dict[str, bytes]:
        """Return the key of the text of every dataset that has a vector."""
        with self._lock, reading(self.folder):
            query = "SELECT iri, key FROM dataset JOIN text USING (row)"
            return dict(self._rows.execute(query))

    def known(self, keys: Iterable[bytes]) -> set[bytes]:
        """Return those of some texts whose vectors are kept."""
        with self._lock, reading(self.folder):
            return set(self._row_of(list(dict.fromkeys(keys))))

    def vectors(self, keys: Sequence[bytes]) -> VectorRows:
        """Return the vectors of texts that are known, in their order."""
        with self._lock, reading(self.folder):
            rows = self._row_of(keys)
            size = self._width()
            found = [
                np.frombuffer(os.pread(self._matrix, size, rows[key] * size), NUMBER)
                for key in keys
            ]
            return np.array(found, dtype=np.float32)

    def put(
        self,
        datasets: Mapping[str, bytes],
        vectors: Mapping[bytes, np.ndarray[tuple[int], np.dtype[np.float32]]],
    ) -> None:
        """Keep new vectors by the keys of their texts, and give datasets their texts.

        Every key must be among the new ones or known.
        """
        with self._lock, reading(self.folder), self._rows:
            fresh = {key: vectors[key] for key in vectors if key not in self._row_of([key])}
            if fresh and not self._number("dimension"):
                self._set("dimension", len(next(iter(fresh.values()))))
            size = self._width()
            rows = self._new_rows(len(fresh))
            for row, vector in zip(rows, fresh.values(), strict=True):
                os.pwrite(self._matrix, vector.astype(NUMBER).tobytes(), row * size)
            self._rows.executemany(
                "INSERT INTO text (key, row) VALUES (?, ?)", zip(fresh, rows, strict=True)
            )
            change = self._next_change()
            row_of = self._row_of(list(dict.fromkeys(datasets.values())))
            before = [self._assign(iri, row_of[key], change) for iri, key in datasets.items()]
            # Afterwards: what one dataset left another may have come to.
            self._free(before)

    def remove(self, iris: Iterable[str]) -> None:
        """Forget datasets, and the vectors of texts that no other has."""
        with self._lock, reading(self.folder), self._rows:
            change = self._next_change()
            self._free([self._assign(iri, None, change) for iri in iris])

    def _assign(self, iri: str, row: int | None, change: int) -> int | None:
        """Give a dataset a row, or none; return the one that it had."""
        found = self._rows.execute("SELECT row FROM dataset WHERE iri = ?", (iri,)).fetchone()
        if found is None and row is None:
            return None
        self._rows.execute(
            "INSERT INTO dataset (iri, row, change) VALUES (?, ?, ?) "
            "ON CONFLICT (iri) DO UPDATE SET row = excluded.row, change = excluded.change",
            (iri, row, change),
        )
        before: int | None = found[0] if found else None
        return before

    def _free(self, left: Iterable[int | None]) -> None:
        """Erase those of some rows that no dataset has any more."""
        for row in {one for one in left if one is not None}:
            shared = self._rows.execute("SELECT 1 FROM dataset WHERE row = ? LIMIT 1", (row,))
            if shared.fetchone() is None:
                # A vector reveals something of its text: it is erased with it.
                os.pwrite(self._matrix, bytes(self._width()), row * self._width())
                self._rows.execute("DELETE FROM text WHERE row = ?", (row,))
                self._rows.execute("INSERT INTO free (row) VALUES (?)", (row,))

    def _new_rows(self, count: int) -> list[int]:
        """Return rows that no reader uses: freed by an earlier transaction, or at the end."""
        free = [
            row
            for (row,) in self._rows.execute("SELECT row FROM free ORDER BY row LIMIT ?", (count,))
        ]
        self._rows.executemany("DELETE FROM free WHERE row = ?", [(row,) for row in free])
        end = self._number("rows")
        more = count - len(free)
        if more:
            self._set("rows", end + more)
        return [*free, *range(end, end + more)]

    def _row_of(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        found: dict[bytes, int] = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            marks = ",".join("?" * len(some))
            query = f"SELECT key, row FROM text WHERE key IN ({marks})"  # noqa: S608
            found.update(self._rows.execute(query, some))
        return found

    def _width(self) -> int:
        return self._number("dimension") * NUMBER.itemsize

    def _about(self, name: str) -> int:
        with self._lock, reading(self.folder):
            return self._number(name)

    def _number(self, name: str) -> int:
        found = self._rows.execute("SELECT value FROM about WHERE name = ?", (name,)).fetchone()
        return 0 if found is None else int(found[0])

    def _set(self, name: str, value: int) -> None:
        self._rows.execute(
            "INSERT INTO about (name, value) VALUES (?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (name, value),
        )

    def _next_change(self) -> int:
        change = self._number("change") + 1
        self._set("change", change)
        return change
