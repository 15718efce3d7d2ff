"""Files imported into the catalogue, each as one run of its source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from itertools import takewhile
from pathlib import Path
from typing import Final

from catalog_service.atlas import Atlas
from catalog_service.catalog.admission import MAX_SOURCE_ID
from catalog_service.errors import SOURCE_NEEDED
from catalog_service.journal.model import RunStatus
from catalog_service.sources.reading import SourceReader
from catalog_service.sources.runs import a_run
from harvesters.protocols import Gate, Outcome, Submission
from harvesters.readers.formats import Format
from ontology.errors import AtlasError

LARGE: Final = 2 * 1024 * 1024
"""Bytes of input, unpacked by guess, from which a second process pays for its start (1 s)."""

_PACKED: Final = 8

PROGRESS_EVERY: Final = 5_000
"""Items from one report of progress to the next."""

MAX_LISTED: Final = 1_000
"""Errors, removals and warnings listed in the result; the counters always count all."""


class ImportTally:
    """Counts outcomes and keeps what a steward must see of them."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.rules: Counter[tuple[str, str]] = Counter()
        self.errors: list[AtlasError] = []
        self.warnings: list[AtlasError] = []
        self.removed: list[dict[str, object]] = []
        self.violating = 0
        self.listed: Counter[str] = Counter()
        self.not_public = 0
        """Of the taken ones, those that are not public: 非开放, or waiting still."""
        self.seq: int | None = None

    def add(self, outcome: Outcome) -> None:
        """Count one outcome."""
        self.counts[outcome.status] += 1
        self.not_public += outcome.is_kept_back
        if outcome.seq is not None:
            self.seq = max(self.seq or 0, outcome.seq)
        if outcome.report is not None:
            self.violating += any(f.severity == "Violation" for f in outcome.report.findings)
            for rule_id, severity in {(f.rule_id, f.severity) for f in outcome.report.findings}:
                self.rules[rule_id, severity] += 1
        if outcome.error is not None:
            self.listed["errors"] += 1
            if len(self.errors) < MAX_LISTED:
                self.errors.append(outcome.error)
        for warning in outcome.warnings:
            self.listed["warnings"] += 1
            if len(self.warnings) < MAX_LISTED:
                self.warnings.append(warning)
        for what in outcome.removed:
            self.listed["removed"] += 1
            if len(self.removed) < MAX_LISTED:
                self.removed.append({"record": outcome.iri, "what": what})

    @property
    def read(self) -> int:
        """All items read."""
        return self.counts.total()


def default_source(path: Path) -> str:
    """Derive a source id from a file's name: ``Open List (2014).csv`` → ``open-list-2014``.

    Raises `AtlasError` (``source-needed``) for a name that loses letters on the way: two files
    with different names must never become one source.
    """
    stem = path.name.split(".", 1)[0].lower()
    slug = re.sub(r"[^a-z0-9_]+", "-", stem).strip("-_")[:MAX_SOURCE_ID]
    if not slug or not stem.isascii():
        raise AtlasError(SOURCE_NEEDED, file=path.name)
    return slug


def import_path(
    atlas: Atlas,
    path: Path,
    *,
    source: str,
    gate: Gate | None,
    actor: str,
    tally: ImportTally,
    format: Format = "auto",  # noqa: A002 — the option's name is fixed
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """Import one file as one run of its source, counting into ``tally``.

    ``progress`` is told how many items were read. Once ``stopped`` says so, the import ends after
    the batch under way, and so does its run.
    """
    reader = SourceReader(source, atlas.settings.base_iri, atlas.vocabulary)
    items = takewhile(lambda _: not stopped(), reader.file(path, format))
    before = Counter(tally.counts)
    status: RunStatus = "failed"
    with nullcontext() if dry_run else a_run(atlas, source) as run:
        submission = Submission(
            source=source,
            actor=actor,
            gate=gate,
            run=run.id if run is not None else None,
            reason=f"import {path.name}",
            dry_run=dry_run,
        )
        try:
            for outcome in atlas.catalog.submit(items, submission):
                tally.add(outcome)
                if progress is not None and tally.read % PROGRESS_EVERY == 0:
                    progress(tally.read)
            status = "stopped" if stopped() else "done"
        finally:
            if run is not None:
                counters = Counter(tally.counts)
                counters.subtract(before)
                atlas.journal.finish_run(run.id, counters, status=status)


def is_large(paths: Iterable[Path]) -> bool:
    """Guess whether an import of these files is worth a process that projects beside it."""
    size = 0
    for path in paths:
        if path.is_file():
            size += path.stat().st_size * (_PACKED if path.suffix in (".gz", ".xlsx") else 1)
    return size >= LARGE
