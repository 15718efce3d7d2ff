"""``atlas validate``: the validation of files, without touching the catalogue."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import (
    EXIT_FINDINGS,
    Output,
    error_json,
    gettext,
    language,
    ngettext,
)
from harvesters.readers.format_names import FORMATS

if TYPE_CHECKING:
    from catalog_service.rules.validation import FileReport
    from shapes.rules import Rules

EXAMPLES: Final = 3
"""Findings printed for one field of one rule without ``--all``."""
MAX_REMARKS: Final = 20


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("validate")(validate)


def validate(
    paths: Annotated[list[Path], typer.Argument(help="Files to check.", metavar="PATH…")],
    engine: Annotated[
        str, typer.Option(help="shacl (the gate) or pyshacl (the referee).")
    ] = "shacl",
    format: Annotated[  # noqa: A002 — the option's name is fixed
        str, typer.Option(help=f"One of {', '.join(FORMATS)}.")
    ] = "auto",
    everything: Annotated[
        bool, typer.Option("--all", help="Print every finding, not the first of each field.")
    ] = False,
    repeats: Annotated[
        bool,
        typer.Option(
            "--repeats", help="Tell, too, what repeats the city's in the catalogue (R07)."
        ),
    ] = False,
    source: Annotated[
        str | None,
        typer.Option(
            help="The source that the records belong to: what they are excepted from counts.",
            metavar="ID",
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object, always complete.")] = False,
) -> None:
    """Report by severity, rule and field, with message, article, place and value.

    Exit 1 where a Violation stands or something cannot be read.
    """
    if engine not in ("shacl", "pyshacl"):
        raise typer.BadParameter(gettext("shacl or pyshacl"), param_hint="--engine")
    if format not in FORMATS:
        raise typer.BadParameter(", ".join(FORMATS), param_hint="--format")
    from catalog_service.atlas import Atlas
    from catalog_service.catalog.reading import SourceReader
    from catalog_service.duplicates.service import ComparingEngine
    from catalog_service.rule_work.service import all_excepted
    from catalog_service.rules.validation import CHECK_SOURCE, FileReport
    from catalog_service.settings import Settings
    from shapes.engines import make_engine

    out = Output(as_json=json)
    with existing() if repeats or source else Atlas(Settings()) as atlas:
        # Detailed: each missing element is a finding of its own, with its field.
        plain = make_engine(engine, atlas.rules, atlas.clock.today(), detailed=True)  # type: ignore[arg-type]  # checked above
        checker = ComparingEngine(plain, atlas.comparison) if repeats else plain
        reader = SourceReader(CHECK_SOURCE, atlas.settings.base_iri, atlas.vocabulary)
        report = FileReport(all_excepted(atlas, source) if source else {})
        report.check(
            chain.from_iterable(reader.file(path, format) for path in paths),  # type: ignore[arg-type]
            checker,
        )
    out.result(
        {
            "read": report.read,
            "conforming": report.conforming,
            "violating": report.violating,
            "unreadable": len(report.errors),
            "engine": engine,
            "day": atlas.clock.today().isoformat(),
            "rules": [
                {
                    "rule": rule_id,
                    "label": atlas.rules.get(rule_id).label,
                    "article": atlas.rules.get(rule_id).source,
                    "message": atlas.rules.get(rule_id).message,
                    "count": len(listed),
                    "records": len({finding.record for finding in listed}),
                    "findings": listed,
                }
                for rule_id, listed in sorted(report.findings.items())
            ],
            "errors": [error_json(e) for e in report.errors],
            "warnings": [error_json(e) for e in report.warnings],
            "removed": report.removed,
        }
    )
    if not json:
        _print(out, atlas.rules, report, None if everything else EXAMPLES)
    if report.violating or report.errors:
        raise typer.Exit(EXIT_FINDINGS)


def _print(out: Output, rules: Rules, report: FileReport, limit: int | None) -> None:
    from catalog_service.rules.findings_output import more, print_findings

    print_findings(out, rules, report.findings, limit)
    out.text(
        gettext(
            "{read} read, {conforming}, {violating}, {unreadable} unreadable",
            read=report.read,
            conforming=ngettext("{count} conforms", "{count} conform", report.conforming),
            violating=ngettext("{count} violates", "{count} violate", report.violating),
            unreadable=len(report.errors),
        )
    )
    if report.removed:
        out.text(
            ngettext(
                "the privacy rule took out {count} thing:",
                "the privacy rule took out {count} things:",
                len(report.removed),
            )
        )
        for entry in report.removed[:limit]:
            out.text(f"    {entry['file']}:{entry['line'] or ''}  {entry['what']}")
    for kinds in (report.errors, report.warnings):
        for error in kinds if limit is None else kinds[:MAX_REMARKS]:
            out.remark(f"{error.code}: {error.message(language())}")
        if limit is not None and len(kinds) > MAX_REMARKS:
            out.remark(more(len(kinds)))
