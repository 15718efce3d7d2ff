"""Runs one profile in a process of its own, and ends it where it takes too much."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Thread
from typing import Final

import orjson

from catalog_service.quality.data import process
from catalog_service.quality.data.model import DeclaredItem, FileKind, Profile
from harvesters.platforms.cancellation import Cancellation

MEGABYTES: Final = 500
"""Memory that a profile may use."""
SECONDS: Final = 600.0
_LOOK_EVERY: Final = 0.1


@dataclass(frozen=True, slots=True)
class Told:
    """A profile, or a word that says why there is none; what it took in MiB and seconds."""

    profile: Profile | None
    reason: str
    megabytes: float = 0.0
    seconds: float = 0.0


def profile_file(
    path: Path,
    kind: FileKind,
    items: Sequence[DeclaredItem] = (),
    codes: Mapping[str, Sequence[str]] | None = None,
    *,
    megabytes: int = MEGABYTES,
    seconds: float = SECONDS,
    cancellation: Cancellation | None = None,
) -> Told:
    """Profile a file; ``codes``: the code list of a key item, by its notation.

    The reason is ``took-too-long``, ``took-too-much``, ``broke``, what cannot be read, or
    ``stopped`` where the caller wants no more of it.
    """
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="atlas-profile-") as folder:
        asked = {
            "path": str(path.resolve()),
            "kind": kind,
            "folder": folder,
            "items": [asdict(one) for one in items],
            "codes": dict(codes or {}),
        }
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-m", process.__name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            # Nothing of our environment: no secrets.
            env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "TMPDIR": folder, "HOME": folder},
        )
        try:
            return _watched(child, orjson.dumps(asked), began, megabytes, seconds, cancellation)
        finally:
            child.kill()
            child.wait()
            for pipe in (child.stdin, child.stdout):
                if pipe is not None:
                    with suppress(OSError):
                        pipe.close()


def _watched(
    child: subprocess.Popen[bytes],
    asked: bytes,
    began: float,
    megabytes: int,
    seconds: float,
    cancellation: Cancellation | None,
) -> Told:
    said: list[bytes] = []

    def talk() -> None:
        with suppress(OSError, ValueError):
            said.append(child.communicate(asked)[0])

    talking = Thread(target=talk)
    talking.start()
    most, reason = 0.0, ""
    while talking.is_alive():
        most = max(most, _used(child.pid))
        if most > megabytes:
            reason = "took-too-much"
        elif time.monotonic() - began > seconds:
            reason = "took-too-long"
        elif cancellation is not None and cancellation.is_set:
            reason = "stopped"
        if reason:
            child.kill()
        talking.join(_LOOK_EVERY)
    took = time.monotonic() - began
    if reason or not said or child.returncode:
        return Told(None, reason or "broke", most, took)
    answer = orjson.loads(said[0])
    if "profile" not in answer:
        return Told(None, answer["refused"], most, took)
    return Told(Profile.read(answer["profile"]), "", most, took)


def _used(pid: int) -> float:
    """Return the MiB that a process uses; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / (1024 * 1024)
