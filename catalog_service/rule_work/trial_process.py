"""One trial of a changed rule: ``python -m catalog_service.rule_work.trial_process MEGABYTES``.

Reads the rules' Turtle from somebody else's hands, so it is a process that can be killed, with a
bound on its memory: an engine may recurse until the stack is full, or take all memory there is. It
has no journal and no settings. Lines of JSON come on standard input: the head, then a record each.
On standard output it says first whether the rules can be read, then after each batch what it has
counted so far, so that a trial that is stopped has told something.
"""

from __future__ import annotations

import resource
import sys
from collections import Counter
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

import orjson

from ontology.errors import AtlasError, said_in
from ontology.record import Record
from shapes.impact import RecordImpact, Trial, changed_rules
from shapes.placeholders import AccessHost
from shapes.rule_files import parse_rules, unique_rules
from shapes.rules import Rules

AT_ONCE: Final = 1_000
"""Records between two reports."""
EXAMPLES: Final = 10
"""Records that are named of each kind."""
SHOWN_FINDINGS: Final = 3

KINDS: Final = ("failing", "passing", "otherwise", "held", "freed")
"""What befalls a record: the rules find something for the first time, or nothing any more, or other
things; the gate would hold it, or would let it through."""


def kinds_of(change: RecordImpact) -> list[str]:
    """Return what befalls a record."""
    if change.found_before == change.found_after:
        kinds = ["otherwise"]
    else:
        kinds = ["failing" if change.found_after else "passing"]
    if change.before != change.after:
        kinds.append("held" if change.before else "freed")
    return kinds


class Tally:
    """What was counted so far."""

    def __init__(self, rules: tuple[str, ...]) -> None:
        self.rules = rules
        self.records = 0
        self.counts: Counter[str] = Counter()
        self.publishers: dict[str, Counter[str]] = {}
        self.examples: dict[str, list[dict[str, Any]]] = {kind: [] for kind in KINDS}

    def add(self, change: RecordImpact, record: Record, publishers: list[str]) -> None:
        """Count one record whose findings would change."""
        for kind in kinds_of(change):
            self.counts[kind] += 1
            for publisher in publishers or [""]:
                self.publishers.setdefault(publisher, Counter())[kind] += 1
            if len(self.examples[kind]) < EXAMPLES:
                shown = change.appeared or change.disappeared
                self.examples[kind].append(
                    {
                        "source": record.source,
                        "remote_id": record.remote_id,
                        "findings": [
                            [f.rule_id, f.severity, f.path, f.value] for f in shown[:SHOWN_FINDINGS]
                        ],
                    }
                )

    def told(self, *, done: bool) -> dict[str, Any]:
        """Return it as it is written."""
        return {
            "done": done,
            "rules": self.rules,
            "records": self.records,
            "counts": dict(self.counts),
            "publishers": {iri: dict(counts) for iri, counts in self.publishers.items()},
            "examples": self.examples,
        }


def _write(said: dict[str, Any]) -> None:
    sys.stdout.buffer.write(orjson.dumps(said) + b"\n")
    sys.stdout.buffer.flush()


def _bound_memory(megabytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    pages = int(statm.read_text("ascii").split()[0]) if statm.exists() else 0
    limit = pages * resource.getpagesize() + megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _day(text: str | None) -> date | None:
    return None if text is None else date(*map(int, text.split("-")))


def _trial(head: dict[str, Any]) -> tuple[Tally, Trial | None]:
    day = _day(head["day"])
    assert day is not None
    hosts = tuple(
        AccessHost(host, start, _day(end))
        for host, begins, end in head["hosts"]
        if (start := _day(begins)) is not None
    )
    old = Rules(Rules.load().rules, hosts)
    name = head["file"]
    new = old.replaced(unique_rules({name: parse_rules(head["turtle"], name)}))
    ids = changed_rules(old, new, day)
    # Compiled now, so that what cannot be is said before any record is sent.
    trial = Trial(old, new, set(ids), day, 1) if ids else None
    return Tally(ids), trial


def main() -> None:
    """Answer one trial."""
    _bound_memory(int(sys.argv[1]))
    lines = sys.stdin.buffer
    try:
        tally, trial = _trial(orjson.loads(lines.readline()))
    except AtlasError as error:
        place = error.place
        _write(
            {
                "refused": error.code,
                "params": {
                    name: [str(said_in(lang, value)) for lang in ("zh", "en")]
                    for name, value in error.params.items()
                },
                "place": None if place is None else [place.line, place.column],
            }
        )
        return
    _write(tally.told(done=False))
    while batch := [orjson.loads(line) for line in islice(lines, AT_ONCE)]:
        records = [Record(*row[:5]) for row in batch]
        publishers = {row[0]: row[5] for row in batch}
        by_iri = {record.iri: record for record in records}
        for change in trial.changes(records) if trial is not None else ():
            tally.add(change, by_iri[change.record], publishers[change.record])
        tally.records += len(records)
        _write(tally.told(done=False))
    _write(tally.told(done=True))


if __name__ == "__main__":
    main()
