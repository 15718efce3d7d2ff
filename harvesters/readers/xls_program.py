"""The program that reads an XLS: standard input to standard output, in a process of its own.

The library makes a rectangle of each sheet, in memory, from whatever places its cells name, before
anything can be asked of it; here that costs the process its life, and nothing else. It is run by
its path (`harvesters.readers.xls`), with nothing to import but the standard library and the
reader: ``xls_program.py CELLS MEGABYTES SECONDS BYTES``.

Written are lines of JSON: the sheets, each with its name and whether it shows; then for each that
shows its extent and merged ranges, and its rows. An object with a ``problem`` ends it.
"""

from __future__ import annotations

import io
import json
import os
import resource
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from python_calamine import CalamineWorkbook, SheetVisibleEnum

NO_MEMORY: Final = 3
"""Exit code: the process was not given the memory, or the output the room, that it needed."""


def bound(megabytes: int, seconds: int, output: int) -> None:
    """Bound this process: memory beyond what it has now, processor time, size of its output."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    pages = int(statm.read_text("ascii").split()[0]) if statm.exists() else 0
    memory = pages * os.sysconf("SC_PAGE_SIZE") + megabytes * 1024 * 1024
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, output),
    ):
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def encoded(value: object) -> object:
    """Return what JSON has no form for as a list of its type and its text."""
    if isinstance(value, timedelta):
        return ["duration", value.total_seconds()]
    for kind in (datetime, date, time):
        if isinstance(value, kind):
            return [kind.__name__, value.isoformat()]
    return str(value)


def write(content: bytes, cells: int) -> None:
    """Write the sheets of a workbook, up to ``cells`` of each."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = [(one.name, one.visible == SheetVisibleEnum.Visible) for one in book.sheets_metadata]
    _say(sheets)
    for position, (_, is_shown) in enumerate(sheets):
        if not is_shown:
            continue
        sheet = book.get_sheet_by_index(position)
        end = sheet.end or (0, 0)
        rows, columns = end[0] + 1, end[1] + 1
        found = sheet.to_python(skip_empty_area=False) if rows * columns <= cells else []
        _say([rows, columns, len(found), list(sheet.merged_cell_ranges or ())])
        for row in found:
            _say(row)


def _say(what: Any) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False, default=encoded) + "\n")


def main() -> int:
    """Read and write; returns the exit code."""
    cells, megabytes, seconds, output = map(int, sys.argv[1:])
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass")  # type: ignore[union-attr]
    bound(megabytes, seconds, output)
    try:
        write(sys.stdin.buffer.read(), cells)
        sys.stdout.flush()
    except (MemoryError, OSError):
        # No room: what stands in the output is not looked at.
        os._exit(NO_MEMORY)
    except BaseException as problem:
        # Also a panic in the Rust library, which is no `Exception`.
        _say({"problem": str(problem)[:200]})
    return 0


if __name__ == "__main__":
    sys.exit(main())
