"""Where the map lies: one file in the data folder, which can be thrown away."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import orjson
import zstandard

from search.catalog_map.model import CatalogMap, Point, Topic

VERSION: Final = 2
"""Increase when what is kept changes; a map of another version is made anew."""
_LARGEST: Final = 256 << 20


@dataclass(frozen=True, slots=True)
class Kept:
    """A map with when it was made, how many seconds that took, and of which journal it is.

    ``mark`` is the mark of its checkpoint (`search.index.protocol.SearchIndex.mark`).
    """

    map: CatalogMap
    made: datetime
    seconds: float
    mark: str


class MapFile:
    """The map of a data folder. One process writes, any number read."""

    def __init__(self, home: Path) -> None:
        self.path = home / "map" / "map.json.zst"

    def state(self) -> tuple[int, int] | None:
        """Return what differs after each writing; None where there is no map."""
        try:
            found = self.path.stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def read(self) -> Kept | None:
        """Return the map; None where there is none, or none that can be read."""
        try:
            packed = self.path.read_bytes()
            text = zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST)
            return _kept(orjson.loads(text))
        except (
            OSError,
            zstandard.ZstdError,
            orjson.JSONDecodeError,
            KeyError,
            TypeError,
            ValueError,
        ):
            return None

    def write(self, kept: Kept) -> None:
        """Put a map in the place of the one before. Raises `OSError`."""
        told = {**asdict(kept), "version": VERSION, "made": kept.made.timestamp()}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(f".{os.getpid()}")
        beside.write_bytes(zstandard.ZstdCompressor(9).compress(orjson.dumps(told)))
        beside.replace(self.path)


def _kept(told: dict[str, Any]) -> Kept | None:
    if told["version"] != VERSION:
        return None
    found = told["map"]
    return Kept(
        CatalogMap(
            found["checkpoint"],
            found["total"],
            found["by_meaning"],
            tuple(Point(**point) for point in found["points"]),
            tuple(
                Topic(
                    **{**topic, "words": tuple(topic["words"]), "members": tuple(topic["members"])}
                )
                for topic in found["topics"]
            ),
        ),
        datetime.fromtimestamp(told["made"], UTC),
        told["seconds"],
        told["mark"],
    )
