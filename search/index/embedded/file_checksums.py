"""Looking for damage in an index's files: tantivy notes a checksum at the end of each.

The end of a segment's file (tantivy's ``directory/footer.rs``): JSON with the program's version and
the CRC-32 of all before it, the length of that JSON, and a magic number, four bytes each. tantivy
itself reads them only when asked to, which its Python binding cannot. ``meta.json`` has none: it is
held against the files and the schema, and against the checksums of a closed index
(`ontology.file_checksums`) where there are some.
"""

from __future__ import annotations

import json
import re
import tempfile
import zlib
from pathlib import Path
from typing import Any, Final

from ontology import file_checksums
from search.index.embedded.schema import open_index

_MAGIC: Final = 1337
_SEGMENT: Final = re.compile(r"[0-9a-f]{32}(\.[0-9]+)?\.[a-z]+")
_CHUNK: Final = 1 << 20
_BUDGET: Final = 16 << 20


def check_file(path: Path) -> None:
    """Hold a segment's file against its own checksum; raises `ValueError` where they differ."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - 8))
        length = int.from_bytes(file.read(4), "little")
        magic = int.from_bytes(file.read(4), "little")
        end = size - 8 - length
        if magic != _MAGIC or end < 0:
            raise ValueError(f"{path.name}: its end is not what was written")
        file.seek(end)
        footer = file.read(length)
        try:
            told = json.loads(footer)
            noted = told["crc"]
            whole = json.dumps(told, separators=(",", ":")).encode() == footer
            whole = whole and set(told) == {"version", "crc"} and set(told["version"]) == _VERSION
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path.name}: its end is not what was written") from error
        file.seek(0)
        crc = 0
        left = end
        while left:
            chunk = file.read(min(_CHUNK, left))
            if not chunk:
                break
            left -= len(chunk)
            crc = zlib.crc32(chunk, crc)
    if crc != noted or left or not whole:
        raise ValueError(f"{path.name}: its bytes are not those that were written")


_VERSION: Final = {"major", "minor", "patch", "index_format_version"}


def segment_files(generation: Path) -> list[Path]:
    """Return the files of an index that have a checksum at their end, of segments in use."""
    meta = json.loads((generation / "meta.json").read_text("utf-8"))
    used = {segment["segment_id"].replace("-", "") for segment in meta["segments"]}
    found = [p for p in generation.iterdir() if _SEGMENT.fullmatch(p.name)]
    return sorted(path for path in found if path.name[:32] in used)


def verify(generation: Path, sums: Path) -> None:
    """Look at every byte of an index; raises `ValueError` or `OSError` for the first damage."""
    for path in segment_files(generation):
        check_file(path)
    _check_meta(generation)
    noted = file_checksums.read(sums)
    if noted is not None:
        wrong = next(file_checksums.differing(generation, noted), None)
        if wrong is not None:
            raise ValueError(wrong)


def _check_meta(generation: Path) -> None:
    meta: dict[str, Any] = json.loads((generation / "meta.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        open_index(folder, create=True)
        expected = json.loads((Path(folder) / "meta.json").read_text("utf-8"))
    if set(meta) - {"payload"} != set(expected) - {"payload"}:
        raise ValueError("meta.json: its keys are not those that were written")
    for key in ("schema", "index_settings"):
        if meta[key] != expected[key]:
            raise ValueError(f"meta.json: its {key} is not what was written")


class FooterChecks:
    """Looks at some of the files of an index each time, the longest unseen first."""

    def __init__(self) -> None:
        self._round = 0
        self._seen: dict[str, int] = {}

    def look(self, generation: Path) -> None:
        """Look at about 16 MB; raises `ValueError` where something is not what was written."""
        self._round += 1
        files = {str(path): path for path in segment_files(generation)}
        self._seen = {name: n for name, n in self._seen.items() if name in files}
        read = 0
        for name in sorted(files, key=lambda name: self._seen.get(name, 0)):
            try:
                size = files[name].stat().st_size
                if read and read + size > _BUDGET:
                    break
                check_file(files[name])
            except FileNotFoundError:
                # Merged into another meanwhile.
                continue
            self._seen[name] = self._round
            read += size
