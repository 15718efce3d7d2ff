"""``atlas import``: files into the catalogue."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Final, get_args

import typer

from catalog_service.atlas import Atlas
from catalog_service.console.opening import is_new, made
from catalog_service.console.output import (
    EXIT_FINDINGS,
    Output,
    chosen,
    error_json,
    gettext,
    language,
    ngettext,
)
from catalog_service.errors import ILLEGAL_SOURCE_ID, SAVED_NOT_SHOWN, SOURCE_NEEDED
from catalog_service.journal.model import Run, RunStatus
from catalog_service.settings import Settings
from catalog_service.sources.importing import a_run, is_large, items_of, projecting
from catalog_service.sources.interruption import Interruption, interruptible
from harvesters.protocols import Gate, Outcome, Submission
from harvesters.readers.formats import Format
from ontology.errors import AtlasError
from ontology.record import SOURCE_ID

FORMATS: Final[tuple[str, ...]] = get_args(Format)
PROGRESS_EVERY: Final = 5_000
MAX_LISTED: Final = 1_000
"""Errors, removals and warnings listed in the result; the counters always count all."""


class Tally:
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
    slug = re.sub(r"[^a-z0-9_]+", "-", stem).strip("-_")[:63]
    if not slug or not stem.isascii():
        raise AtlasError(SOURCE_NEEDED, file=path.name)
    return slug


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("import")(import_files)


def import_files(
    paths: Annotated[list[Path], typer.Argument(help="Files to read.", metavar="PATH…")],
    format: Annotated[  # noqa: A002 — the option's name is fixed
        str, typer.Option(help=f"One of {', '.join(FORMATS)}.")
    ] = "auto",
    source: Annotated[
        str | None, typer.Option(help="Source id; default: from the file's name.")
    ] = None,
    gate: Annotated[
        str | None, typer.Option(help="enforce or report; default: as the source is set.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Read open lists, portal records or DCAT into the catalogue."""
    if gate not in (None, "enforce", "report"):
        raise typer.BadParameter("enforce or report", param_hint="--gate")
    if format not in FORMATS:
        raise typer.BadParameter(", ".join(FORMATS), param_hint="--format")
    if source is not None and SOURCE_ID.fullmatch(source) is None:
        raise AtlasError(ILLEGAL_SOURCE_ID, source=source)
    out = Output(as_json=json)
    began = time.perf_counter()
    # All names are settled before the first file is read.
    sources = [source or default_source(path) for path in paths]
    tally = Tally()
    with (
        interruptible() as interruption,
        _trying() if dry_run else made(out) as atlas,
        _noting_what_is_not_shown() as hidden,
        nullcontext() if dry_run else projecting(atlas, beside=is_large(paths)),
    ):
        for name in sources:
            atlas.catalog.accepting(name)
        for path, name in zip(paths, sources, strict=True):
            if interruption.signal is not None:
                break
            import_path(
                atlas,
                path,
                source=name,
                gate=gate,  # type: ignore[arg-type]  # checked above
                actor="cli",
                tally=tally,
                format=format,  # type: ignore[arg-type]  # checked above
                dry_run=dry_run,
                progress=out.remark,
                interruption=interruption,
            )
    seconds = time.perf_counter() - began
    stopped = interruption.signal is not None
    _print(out, atlas, tally, seconds, dry_run=dry_run, interrupted=stopped, hidden=hidden)
    if stopped:
        out.remark(
            gettext("interrupted: what is counted above is safe. Run the same command to go on.")
        )
        raise typer.Exit(interruption.exit_code)
    if hidden or tally.counts["held"] or tally.counts["rejected"]:
        raise typer.Exit(EXIT_FINDINGS)


@contextmanager
def _noting_what_is_not_shown() -> Iterator[list[AtlasError]]:
    """Keep ``saved-not-shown`` for the end: what was counted is safe, and is told first."""
    found: list[AtlasError] = []
    try:
        yield found
    except AtlasError as error:
        if error.kind is not SAVED_NOT_SHOWN:
            raise
        found.append(error)


@contextmanager
def _trying() -> Iterator[Atlas]:
    """Open the catalogue for a dry run; where there is none, an empty one that is thrown away."""
    settings = Settings()
    with TemporaryDirectory(prefix="atlas-dry-run-") as folder:
        if is_new(settings):
            settings = settings.model_copy(update={"home": Path(folder)})
        with Atlas(settings) as atlas:
            yield atlas


def import_path(
    atlas: Atlas,
    path: Path,
    *,
    source: str,
    gate: Gate | None,
    actor: str,
    tally: Tally,
    format: Format = "auto",  # noqa: A002 — the option's name is fixed
    dry_run: bool = False,
    progress: Callable[[str], None] | None = None,
    interruption: Interruption | None = None,
) -> None:
    """Import one file as one run of its source, counting into ``tally``.

    An interruption ends it after the batch under way; the run is then ``stopped``.
    """
    with nullcontext() if dry_run else a_run(atlas, source) as run:
        _import(
            atlas,
            path,
            Submission(
                source=source,
                actor=actor,
                gate=gate,
                run=run.id if run is not None else None,
                reason=f"import {path.name}",
                dry_run=dry_run,
            ),
            tally,
            run,
            format=format,
            progress=progress,
            stop=interruption if interruption is not None else Interruption(),
        )


def _import(
    atlas: Atlas,
    path: Path,
    submission: Submission,
    tally: Tally,
    run: Run | None,
    *,
    format: Format,  # noqa: A002 — the option's name is fixed
    progress: Callable[[str], None] | None,
    stop: Interruption,
) -> None:
    before = Counter(tally.counts)
    status: RunStatus = "failed"
    try:
        items = takewhile(
            lambda _: stop.signal is None, items_of(atlas, path, submission.source, format)
        )
        for outcome in atlas.catalog.submit(items, submission):
            tally.add(outcome)
            if progress is not None and tally.read % PROGRESS_EVERY == 0:
                progress(gettext("{read} read", read=tally.read))
        status = "done" if stop.signal is None else "stopped"
    finally:
        if run is not None:
            counters = Counter(tally.counts)
            counters.subtract(before)
            atlas.journal.finish_run(run.id, counters, status=status)


def _print(
    out: Output,
    atlas: Atlas,
    tally: Tally,
    seconds: float,
    *,
    dry_run: bool,
    interrupted: bool,
    hidden: list[AtlasError],
) -> None:
    statuses = ("created", "updated", "unchanged", "held", "rejected")
    counters = {"read": tally.read, **{s: tally.counts[s] for s in statuses}}
    rows = []
    for (rule_id, severity), count in sorted(
        tally.rules.items(), key=lambda item: (item[0][1] != "Violation", -item[1], item[0])
    ):
        rule = atlas.rules.get(rule_id)
        rows.append((rule, severity, count))
    out.result(
        {
            **counters,
            "not_public": tally.not_public,
            "violating": tally.violating,
            "seconds": round(seconds, 3),
            "dry_run": dry_run,
            "interrupted": interrupted,
            "shown": not hidden and not dry_run,
            "seq": tally.seq,
            "rules": [
                {
                    "rule": rule.id,
                    "severity": severity,
                    "records": count,
                    "article": {"zh": rule.source.zh, "en": rule.source.en},
                    "message": {"zh": rule.message.zh, "en": rule.message.en},
                }
                for rule, severity, count in rows
            ],
            "errors": [error_json(e) for e in (*hidden, *tally.errors)],
            "warnings": [error_json(e) for e in tally.warnings],
            "removed": tally.removed,
            "listed_of": dict(tally.listed),
        }
    )
    out.text("  ".join(f"{name} {count}" for name, count in counters.items()))
    if tally.not_public:
        out.text(
            ngettext(
                "{count} of them is not public (非开放, or waiting still): kept, and shown to "
                "no reader",
                "{count} of them are not public (非开放, or waiting still): kept, and shown to "
                "no reader",
                tally.not_public,
            )
        )
    out.text(gettext("{seconds:.1f} seconds", seconds=seconds))
    if rows:
        out.text()
        out.table(
            gettext("rule severity records article message").split(),
            [(r.id, s, count, chosen(r.source), chosen(r.message)) for r, s, count in rows],
        )
    let_in = tally.violating - tally.counts["held"]
    if let_in > 0:
        out.text()
        out.text(
            ngettext(
                "{count} of them violates rules and is taken in all the same: the gate of "
                "this source reports and does not enforce",
                "{count} of them violate rules and are taken in all the same: the gate of "
                "this source reports and does not enforce",
                let_in,
            )
        )
    if tally.removed:
        out.text()
        out.text(
            ngettext(
                "the privacy rule took out {count} thing (--json lists it)",
                "the privacy rule took out {count} things (--json lists them)",
                tally.listed["removed"],
            )
        )
    for error in (*hidden, *tally.errors[:20], *tally.warnings[:20]):
        out.remark(f"{error.code}: {error.message(language())}")
