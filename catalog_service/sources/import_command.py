"""``atlas import``: files into the catalogue."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catalog_service.console.opening import is_new, made
from catalog_service.console.output import (
    EXIT_FINDINGS,
    Output,
    chosen,
    error_json,
    gettext,
    language,
    ngettext,
    severity_name,
)
from catalog_service.errors import SAVED_NOT_SHOWN
from catalog_service.sources.interruption import interruptible
from catalog_service.sources.labels import counted
from harvesters.readers.format_names import FORMATS
from ontology.errors import AtlasError

if TYPE_CHECKING:
    from catalog_service.atlas import Atlas
    from catalog_service.sources.model import ImportTally

LARGE: Final = 2 * 1024 * 1024
"""Bytes of input, unpacked by guess, from which a second process pays for its start (1 s)."""

_PACKED: Final = 8


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
    from catalog_service.catalog.admission import check_source_id
    from catalog_service.catalog.reading import SourceReader
    from catalog_service.console.projecting import projecting
    from catalog_service.sources.model import ImportTally
    from catalog_service.sources.service import default_source, import_items

    if gate not in (None, "enforce", "report"):
        raise typer.BadParameter(gettext("enforce or report"), param_hint="--gate")
    if format not in FORMATS:
        raise typer.BadParameter(", ".join(FORMATS), param_hint="--format")
    if source is not None:
        check_source_id(source)
    out = Output(as_json=json)
    began = time.perf_counter()
    # All names are settled before the first file is read.
    sources = [source or default_source(path) for path in paths]
    tally = ImportTally()
    with (
        interruptible() as interruption,
        _trying() if dry_run else made(out) as atlas,
        _noting_what_is_not_shown() as hidden,
        nullcontext() if dry_run else projecting(atlas, beside=_is_large(paths)),
    ):
        for name in sources:
            atlas.catalog.accepting(name)
        for path, name in zip(paths, sources, strict=True):
            if interruption.signal is not None:
                break
            reader = SourceReader(name, atlas.settings.base_iri, atlas.vocabulary_for(name))
            import_items(
                atlas,
                reader.file(path, format),  # type: ignore[arg-type]  # checked above
                name=path.name,
                source=name,
                gate=gate,  # type: ignore[arg-type]  # checked above
                actor="cli",
                tally=tally,
                dry_run=dry_run,
                progress=lambda read: out.remark(gettext("{read} read", read=read)),
                stopped=lambda: interruption.signal is not None,
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
    """Collect ``saved-not-shown``, so that the counts, which are safe, are printed first."""
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
    from catalog_service.atlas import Atlas
    from catalog_service.settings import Settings

    settings = Settings()
    with TemporaryDirectory(prefix="atlas-dry-run-") as folder:
        if is_new(settings):
            settings = settings.model_copy(update={"home": Path(folder)})
        with Atlas(settings) as atlas:
            yield atlas


def _print(
    out: Output,
    atlas: Atlas,
    tally: ImportTally,
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
                    "article": rule.source,
                    "message": rule.message,
                }
                for rule, severity, count in rows
            ],
            "errors": [error_json(e) for e in (*hidden, *tally.errors)],
            "warnings": [error_json(e) for e in tally.warnings],
            "removed": tally.removed,
            "listed_of": dict(tally.listed),
        }
    )
    out.text(counted(counters, counters, language()))
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
            [
                (r.id, severity_name(s), count, chosen(r.source), chosen(r.message))
                for r, s, count in rows
            ],
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


def _is_large(paths: Iterable[Path]) -> bool:
    """Guess whether an import of these files is worth a process that projects beside it."""
    size = 0
    for path in paths:
        if path.is_file():
            size += path.stat().st_size * (_PACKED if path.suffix in (".gz", ".xlsx") else 1)
    return size >= LARGE
