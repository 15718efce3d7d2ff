"""Checksums of a folder's files that are never changed, to detect damage.

A database of files that are written once (RocksDB, a closed search index) notices a damaged block
only when it reads it. With a checksum of each file, taken when it was intact, all bytes can be
verified at the speed of the disk.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

Sums = Mapping[str, tuple[int, int]]
"""Size and CRC-32 of each file, by name."""

_CHUNK: Final = 1 << 20


def sum_of(path: Path) -> tuple[int, int]:
    """Return size and CRC-32 of a file."""
    size = crc = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            crc = zlib.crc32(chunk, crc)
    return size, crc


def take(
    folder: Path, known: Sums | None = None, suffix: str = ".sst"
) -> dict[str, tuple[int, int]]:
    """Return the checksums of all files of a folder.

    Files named ``*suffix`` that ``known`` has with the same size are not read again, because such
    files are never rewritten.
    """
    known = known or {}
    sums = {}
    for path in sorted(folder.iterdir()):
        if not path.is_file():
            continue
        before = known.get(path.name)
        unchanged = path.suffix == suffix and before and before[0] == path.stat().st_size
        sums[path.name] = before if before and unchanged else sum_of(path)
    return sums


def write(path: Path, sums: Sums) -> None:
    """Write checksums to a file, which is replaced atomically."""
    text = json.dumps(sums, sort_keys=True)
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(f"{zlib.crc32(text.encode()):08x} {text}\n", "ascii")
    beside.replace(path)


def read(path: Path) -> Sums | None:
    """Return what `write` wrote; None where there is none. Raises `ValueError` for damage."""
    try:
        given, _, text = path.read_text("ascii").rstrip("\n").partition(" ")
    except FileNotFoundError:
        return None
    if given != f"{zlib.crc32(text.encode()):08x}":
        raise ValueError(f"{path.name} is damaged itself")
    return {name: (size, crc) for name, (size, crc) in json.loads(text).items()}


def differing(
    folder: Path, sums: Sums, *, changing: Callable[[str], bool] | None = None
) -> Iterator[str]:
    """Yield a message for each file that differs; files with ``changing(name)`` are skipped."""
    for name, noted in sums.items():
        if changing is not None and changing(name):
            continue
        try:
            found = sum_of(folder / name)
        except OSError as error:
            yield f"{name}: {error.strerror or error}"
            continue
        if found != noted:
            yield f"{name}: its bytes are not those that were written"


class Patrol:
    """Verifies the files of folders in turns, a few files at a time."""

    def __init__(self, budget: int = 16 << 20) -> None:
        """Read about ``budget`` bytes at a time, at least one file."""
        self._budget = budget
        self._rounds: dict[tuple[str, int], int] = {}
        self._round = 0

    def look(self, folder: Path, sums: Sums) -> str | None:
        """Verify the files whose turn it is; return a message about a damaged one, or None."""
        self._round += 1
        names = {(name, crc): name for name, (_, crc) in sums.items()}
        self._rounds = {key: n for key, n in self._rounds.items() if key in names}
        read = 0
        for key in sorted(names, key=lambda key: self._rounds.get(key, 0)):
            if read and read + sums[names[key]][0] > self._budget:
                break
            self._rounds[key] = self._round
            read += sums[names[key]][0]
            wrong = next(differing(folder, {names[key]: sums[names[key]]}), None)
            if wrong is not None:
                return wrong
        return None
