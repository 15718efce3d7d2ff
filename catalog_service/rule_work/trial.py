"""Trying a changed rule on records, in a process of its own, for a bounded time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from threading import Semaphore, Thread, Timer
from typing import Any, Final

import orjson

from catalog_service.rule_work import trial_process
from catalog_service.rule_work.errors import TRIAL_BROKE, TRIAL_BUSY, TRIAL_TOO_LONG
from catalog_service.rule_work.publishers import publishers_of
from ontology.errors import AtlasError, ErrorKind, FilePosition
from ontology.languages import BilingualText
from ontology.record import Record
from shapes import errors
from shapes.rules import Rules

SECONDS: Final = 40.0
"""How long one trial may take; it is told what was counted until then."""
MEGABYTES: Final = 1_024
"""Memory that one trial may take beyond what its process begins with."""
RETRY_SECONDS: Final = 10

_FILE: Final = "rule.ttl"
"""What the text is called in errors."""
_KINDS: Final = {one.code: one for one in vars(errors).values() if isinstance(one, ErrorKind)}
"""What can be wrong with a text, by code."""

_slot: Final = Semaphore(1)
"""One trial at a time in a web process: each takes a processor."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a trial counted; ``complete``: in all records that it was to be tried on."""

    complete: bool
    rules: tuple[str, ...]
    """Those that check otherwise."""
    records: int
    counts: dict[str, int]
    """Records by what befalls them (`trial_process.KINDS`)."""
    publishers: dict[str, dict[str, int]]
    """The same by the IRI of the publisher; empty: none is named."""
    examples: dict[str, list[dict[str, Any]]]


def try_rules(
    turtle: str, rules: Rules, day: date, records: Iterable[Record], *, seconds: float = SECONDS
) -> Counted:
    """Hold records against the rules of today, and with those of a Turtle text in their place.

    Raises what is wrong with the text (``unreadable-rules``, ``no-rules``, ``invalid-rule``,
    ``duplicate-rule``), ``trial-too-long`` where not even that could be told in time,
    ``trial-broke`` where the trial took too much memory or nested too deeply, and ``trial-busy``
    while another one runs.
    """
    if not _slot.acquire(blocking=False):
        raise AtlasError(TRIAL_BUSY, seconds=RETRY_SECONDS, retry_after=RETRY_SECONDS)
    try:
        return _Run(turtle, rules, day, seconds).of(records)
    finally:
        _slot.release()


class _Run:
    """One trial, and what it has told so far."""

    def __init__(self, turtle: str, rules: Rules, day: date, seconds: float) -> None:
        self._head = {
            "turtle": turtle,
            "file": _FILE,
            "day": day.isoformat(),
            "hosts": [
                [one.host, one.start.isoformat(), one.end.isoformat() if one.end else None]
                for one in rules.access_hosts
            ],
        }
        self._seconds = seconds
        self._late = False
        self._last: dict[str, Any] = {}

    def of(self, records: Iterable[Record]) -> Counted:
        """Return what was counted in records."""
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-I", "-m", trial_process.__name__, str(MEGABYTES)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            # Nothing of our environment: no secrets.
            env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"},
        )
        assert process.stdin is not None and process.stdout is not None

        def stop() -> None:
            self._late = True
            process.kill()

        timer = Timer(self._seconds, stop)
        timer.start()
        try:
            # Read beside: what it tells must not fill the pipe while it is still being told.
            reader = Thread(target=self._read, args=(process.stdout,))
            self._send(process.stdin, self._head)
            process.stdin.flush()
            first = process.stdout.readline()
            self._take(first)
            reader.start()
            if "refused" not in self._last and first:
                for record in records:
                    self._send(process.stdin, _row(record))
            process.stdin.close()
            reader.join()
        except (BrokenPipeError, ConnectionResetError):
            # It was stopped, or broke: what it told before that is read to its end.
            if reader.is_alive():
                reader.join()
        finally:
            timer.cancel()
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                with suppress(BrokenPipeError):
                    pipe.close()
        return self._told()

    def _send(self, pipe: Any, said: object) -> None:
        pipe.write(orjson.dumps(said) + b"\n")

    def _read(self, pipe: Any) -> None:
        for line in pipe:
            self._take(line)

    def _take(self, line: bytes) -> None:
        if line.endswith(b"\n"):
            self._last = orjson.loads(line)

    def _told(self) -> Counted:
        last = self._last
        if "refused" in last:
            place = FilePosition(_FILE, *last["place"]) if last["place"] is not None else None
            kind = _KINDS.get(last["refused"])
            if kind is not None:
                params = {name: BilingualText(*both) for name, both in last["params"].items()}
                raise AtlasError(kind, place=place, **params)
        if not last.get("done") and not self._late:
            raise AtlasError(TRIAL_BROKE, records=last.get("records", 0), memory=MEGABYTES)
        if not last.get("records") and not last.get("done"):
            raise AtlasError(TRIAL_TOO_LONG, seconds=round(self._seconds))
        return Counted(
            complete=last["done"],
            rules=tuple(last["rules"]),
            records=last["records"],
            counts=last["counts"],
            publishers=last["publishers"],
            examples=last["examples"],
        )


def _row(record: Record) -> list[object]:
    return [
        record.iri,
        record.source,
        record.remote_id,
        record.focus,
        record.nquads,
        publishers_of(record.nquads, record.focus),
    ]
