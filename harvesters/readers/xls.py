"""XLS workbooks, read in a process of their own that is bounded in memory and time.

Nothing tells how far the sheets of an XLS reach before the library has made rectangles of them, so
that a file of a few kilobytes may take gigabytes. The process (`harvesters.readers.xls_program`)
takes them for itself alone, up to its bounds; its output lies in a temporary file of bounded size,
and is read a sheet at a time.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import IO, Any, Final

from harvesters.limits import Limits
from harvesters.readers import xls_program
from harvesters.readers.sheet_cells import SheetCells, bad_spreadsheet, check_extent
from ontology.errors import Phrase

SECONDS: Final = 120
"""Until the process must have ended; as many seconds of processor time."""

_ENDED: Final = Phrase("reading it ends the program that does")
_MEGABYTES: Final = 192
_BYTES_PER_CELL: Final = 100
"""In the process: the library's cell, Python's, and its text."""

_OWN: Final[Mapping[str, Callable[[Any], object]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "duration": lambda seconds: timedelta(seconds=seconds),
}


@contextmanager
def xls_book(
    content: bytes, name: str, limits: Limits, seconds: int | None = None
) -> Iterator[XlsBook]:
    """Have an XLS, or another workbook, read within some seconds; raises ``bad-spreadsheet``."""
    with tempfile.TemporaryFile() as output:
        _read(content, name, limits, SECONDS if seconds is None else seconds, output)
        output.seek(0)
        yield XlsBook(output, name, limits)


class XlsBook:
    """The sheets of an XLS, in order; `cells` must be asked of the visible ones, in that order."""

    def __init__(self, lines: IO[bytes], name: str, limits: Limits) -> None:
        """Use `xls_book`; ``lines`` are what the process wrote. Raises ``bad-spreadsheet``."""
        self._name = name
        self._limits = limits
        self._lines = lines
        self.sheets: Sequence[tuple[str, bool]] = [(one, shown) for one, shown in self._next()]
        """Their names, and whether they are visible."""

    def cells(self, sheet: str) -> SheetCells:
        """Return the cells of the next visible sheet; raises as `CalamineBook.cells` does."""
        rows, columns, count, merges = self._next()
        check_extent(self._name, sheet, rows, columns, self._limits)
        numbered = [(n + 1, [_decoded(cell) for cell in self._next()]) for n in range(count)]
        return SheetCells(
            numbered, [((top, left), (low, right)) for (top, left), (low, right) in merges]
        )

    def _next(self) -> Any:
        line = self._lines.readline()
        if not line:
            raise bad_spreadsheet(self._name, _ENDED)
        found = json.loads(line)
        if isinstance(found, dict):
            raise bad_spreadsheet(self._name, found["problem"])
        return found


def _read(content: bytes, name: str, limits: Limits, seconds: int, output: IO[bytes]) -> None:
    """Have the process write to ``output``."""
    megabytes = _MEGABYTES + limits.cells * _BYTES_PER_CELL // 2**20
    bounds = (limits.cells, megabytes, seconds, limits.document)
    command = [sys.executable, "-I", str(Path(xls_program.__file__)), *map(str, bounds)]
    try:
        code = subprocess.run(  # noqa: S603 — the command is our own interpreter and program
            command,
            input=content,
            stdout=output,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        code = -signal.SIGXCPU
    if code:
        raise bad_spreadsheet(name, _reason(code, megabytes, seconds))


def _reason(code: int, megabytes: int, seconds: int) -> Phrase:
    if code == -signal.SIGXCPU:
        return Phrase("it takes longer than {seconds} s to read", {"seconds": seconds})
    if code in (xls_program.NO_MEMORY, -signal.SIGABRT, -signal.SIGKILL):
        return Phrase("it takes more than {megabytes} MiB to read", {"megabytes": megabytes})
    return _ENDED


def _decoded(cell: Any) -> object:
    return _OWN[cell[0]](cell[1]) if isinstance(cell, list) else cell
