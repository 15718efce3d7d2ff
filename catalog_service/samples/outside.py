"""Draws a sample in a process of its own, and ends it where it takes too long or too much."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any, Final

import orjson

from catalog_service.samples import errors as own_errors
from catalog_service.samples.errors import DRAWING_BUSY, DRAWING_STOPPED
from catalog_service.samples.model import Made, Plan
from catalog_service.samples.stored import read_report
from harvesters import errors as reader_errors
from harvesters.limits import Limits
from harvesters.readers.files import Input
from ontology.errors import AtlasError, ErrorKind, FilePosition, Phrase
from ontology.limits import MIB

SECONDS: Final = 60.0
MEGABYTES: Final = 1_024
"""Memory that may be taken, used or not."""
_AT_ONCE: Final = 2
_free: Final = BoundedSemaphore(_AT_ONCE)
_KINDS: Final = {
    kind.code: kind
    for module in (own_errors, reader_errors)
    for kind in vars(module).values()
    if isinstance(kind, ErrorKind)
}


def make_outside(
    table: Input,
    limits: Limits,
    plan: Plan,
    share: float | None,
    *,
    seconds: float = SECONDS,
    megabytes: int = MEGABYTES,
) -> Made:
    """Draw a sample of a table that somebody sent.

    Raises ``sample-busy`` where others are being drawn, ``sample-stopped``, and what reading and
    drawing raise.
    """
    if not _free.acquire(blocking=False):
        raise AtlasError(DRAWING_BUSY)
    try:
        with tempfile.TemporaryDirectory(prefix="atlas-sample-") as name:
            return _made(Path(name), table, limits, plan, share, seconds, megabytes)
    finally:
        _free.release()


def _made(
    folder: Path,
    table: Input,
    limits: Limits,
    plan: Plan,
    share: float | None,
    seconds: float,
    megabytes: int,
) -> Made:
    # Reads with libraries that no other part of the service needs.
    from catalog_service.samples import process  # noqa: PLC0415

    path, to = folder / "table", folder / "sample.csv"
    if table.path is None:
        path.write_bytes(table.content or b"")
    else:
        path = table.path.resolve()
    asked = {
        "path": str(path),
        "name": table.name,
        "to": str(to),
        "limits": asdict(limits),
        "plan": asdict(plan),
        "share": share,
        "memory": megabytes * MIB,
    }
    stopped = AtlasError(DRAWING_STOPPED, seconds=f"{seconds:g}", megabytes=megabytes)
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-m", process.__name__],
            input=orjson.dumps(asked),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            timeout=seconds,
            check=True,
            # Nothing of our environment: no secrets.
            env={
                "LANG": "C.UTF-8",
                "MALLOC_ARENA_MAX": "2",
                "OPENBLAS_NUM_THREADS": "1",
                "TMPDIR": str(folder),
                "HOME": str(folder),
            },
        )
        said = orjson.loads(done.stdout)
    except (subprocess.SubprocessError, orjson.JSONDecodeError):
        raise stopped from None
    if "report" in said:
        return Made(to.read_bytes(), read_report(said["report"]))
    kind = _KINDS.get(said["error"])
    if kind is None:
        raise stopped
    place = said["place"]
    raise AtlasError(
        kind, place=None if place is None else FilePosition(**place), **_read(said["params"])
    )


def _read(params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: Phrase(value["text"], _read(value["params"])) if isinstance(value, dict) else value
        for name, value in params.items()
    }
