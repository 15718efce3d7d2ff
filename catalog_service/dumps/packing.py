"""Files of a dump while they are written: compressed in both ways at once, their bytes counted."""

from __future__ import annotations

import gzip
import hashlib
import io
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, Final, Literal

import zstandard

from catalog_service.dumps.model import ENCODINGS, DumpFile

_ZSTD_LEVEL: Final = 9
_GZIP_LEVEL: Final = 6
_AT_ONCE: Final = 256 * 1024
"""Bytes that are handed to the compressors at a time."""


class _Counted(io.RawIOBase):
    """A file that counts what goes through it."""

    def __init__(self, file: IO[bytes] | None = None) -> None:
        super().__init__()
        self._file = file
        self._sum = hashlib.sha256()
        self.count = 0

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        if self._file is not None:
            self._file.write(data)
        self._sum.update(data)
        self.count += len(data)
        return len(data)

    @property
    def sha256(self) -> str:
        return self._sum.hexdigest()


class Packed(io.RawIOBase):
    """One content, written once and kept as ``NAME.zst`` and ``NAME.gz``.

    The same content makes the same bytes: no time is written into them.
    """

    def __init__(
        self, folder: Path, name: str, content: Literal["catalog", "changes"], media_type: str
    ) -> None:
        super().__init__()
        self._name, self._content, self._media_type = name, content, media_type
        self._plain = _Counted()
        self._held = bytearray()
        self._stack = ExitStack()
        self._packed: dict[str, _Counted] = {}
        self._compressors: list[IO[bytes]] = []
        for ending in ENCODINGS:
            file = self._stack.enter_context((folder / f"{name}.{ending}").open("wb"))
            counted = self._packed[ending] = _Counted(file)
            self._compressors.append(_compressor(ending, counted))

    def writable(self) -> bool:
        """Say yes."""
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override]
        """Take bytes; they reach the files in larger pieces."""
        self._held += data
        if len(self._held) >= _AT_ONCE:
            self._pass_on()
        return len(data)

    def text(self, text: str) -> None:
        """Take text, in UTF-8."""
        self.write(text.encode())

    def line(self, text: str) -> None:
        """Take a line without its end."""
        self.text(f"{text}\n")

    def _pass_on(self) -> None:
        held, self._held = bytes(self._held), bytearray()
        self._plain.write(held)
        for compressor in self._compressors:
            compressor.write(held)

    def finish(self) -> list[DumpFile]:
        """Close the files, and return what is told of them."""
        self._pass_on()
        for compressor in self._compressors:
            compressor.close()
        self._stack.close()
        return [
            DumpFile(
                name=f"{self._name}.{ending}",
                content=self._content,
                media_type=self._media_type,
                bytes=counted.count,
                sha256=counted.sha256,
                unpacked_bytes=self._plain.count,
                unpacked_sha256=self._plain.sha256,
            )
            for ending, counted in self._packed.items()
        ]

    def abandon(self) -> None:
        """Close the files as they are."""
        self._stack.close()


def _compressor(ending: str, file: _Counted) -> IO[bytes]:
    if ending == "gz":
        return gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0)  # type: ignore[return-value]
    made = zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)
    return made.stream_writer(file, closefd=False)  # type: ignore[arg-type]


@contextmanager
def unpacked(path: Path) -> Iterator[Iterator[str]]:
    """Open a ``.zst`` file of text as its lines, with their ends."""
    with path.open("rb") as file:
        reader = zstandard.ZstdDecompressor().stream_reader(file)
        # Lines end with a line feed alone: a literal may hold other ends of lines.
        yield iter(io.TextIOWrapper(reader, "utf-8", newline="\n"))
