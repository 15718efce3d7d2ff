"""``atlas validate``: files held against the rules, without touching the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Annotated, cast

import typer

from catalog_service.atlas import Atlas
from catalog_service.cli.importing import FORMATS
from catalog_service.cli.output import (
    EXIT_FINDINGS,
    Output,
    chosen,
    error_json,
    language,
    say,
)
from catalog_service.importing import items_of
from catalog_service.settings import Settings
from harvesters.contracts import Item, Mapped, Unreadable
from harvesters.readers import Format
from ontology.errors import AtlasError
from ontology.record import Record
from shapes.engines import PyShaclEngine, ShaclEngine
from shapes.report import Report
from shapes.rules import Rule, Rules

BATCH = 500
VALIDATED = "validate"
"""The source that validated records are called after: nothing of them is kept."""
MAX_LISTED = 1_000


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
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Report by rule, with message, article, record and value. Exit 1 where a Violation stands."""
    if engine not in ("shacl", "pyshacl"):
        raise typer.BadParameter("shacl or pyshacl", param_hint="--engine")
    if format not in FORMATS:
        raise typer.BadParameter(", ".join(FORMATS), param_hint="--format")
    out = Output(as_json=json)
    atlas = Atlas(Settings())
    checker = atlas.engine_named(engine)
    findings: dict[str, list[dict[str, object]]] = {}
    counts: dict[str, int] = {}
    errors: list[AtlasError] = []
    read = conforming = failed = 0
    for record, report in _checked(atlas, checker, paths, cast("Format", format), errors):
        read += 1
        conforming += report.conforms
        for finding in report.findings:
            counts[finding.rule_id] = counts.get(finding.rule_id, 0) + 1
            listed = findings.setdefault(finding.rule_id, [])
            if len(listed) < MAX_LISTED:
                listed.append(
                    {
                        "record": record.iri,
                        "remote_id": record.remote_id,
                        "severity": finding.severity,
                        "focus": finding.focus,
                        "path": finding.path,
                        "value": finding.value,
                    }
                )
    failed = read - conforming
    out.result(
        {
            "read": read + len(errors),
            "conforming": conforming,
            "violating": failed,
            "unreadable": len(errors),
            "engine": engine,
            "day": atlas.clock.today().isoformat(),
            "rules": [
                {
                    "rule": rule_id,
                    **_texts(atlas.rules.get(rule_id)),
                    "count": counts[rule_id],
                    "findings": listed,
                }
                for rule_id, listed in sorted(findings.items())
            ],
            "errors": [error_json(e) for e in errors],
        }
    )
    _print(out, atlas.rules, findings, counts)
    out.text(
        say(
            f"读取 {read} 条，{conforming} 条符合，{failed} 条违反，{len(errors)} 条不可读",
            f"{read} read, {conforming} conform, {failed} violate, {len(errors)} unreadable",
        )
    )
    for error in errors[:20]:
        out.remark(f"{error.code}: {error.message(language())}")
    if failed or errors:
        raise typer.Exit(EXIT_FINDINGS)


def _texts(rule: Rule) -> dict[str, object]:
    return {
        "article": {"zh": rule.source.zh, "en": rule.source.en},
        "message": {"zh": rule.message.zh, "en": rule.message.en},
    }


def _print(
    out: Output,
    rules: Rules,
    findings: dict[str, list[dict[str, object]]],
    counts: dict[str, int],
) -> None:
    for rule_id, listed in sorted(findings.items()):
        rule = rules.get(rule_id)
        out.text(f"{rule_id}  ×{counts[rule_id]}  {chosen(rule.message)}  [{chosen(rule.source)}]")
        for finding in listed[:5]:
            value = "" if finding["value"] is None else f"  {finding['value']}"
            out.text(f"    {finding['severity']}  {finding['remote_id']}{value}"[:200])
        if counts[rule_id] > 5:
            out.text(say(f"    … 共 {counts[rule_id]} 处", f"    … {counts[rule_id]} in all"))


def _checked(
    atlas: Atlas,
    checker: ShaclEngine | PyShaclEngine,
    paths: list[Path],
    format: Format,  # noqa: A002
    errors: list[AtlasError],
) -> Iterator[tuple[Record, Report]]:
    records = _records(atlas, paths, format, errors)
    while batch := list(islice(records, BATCH)):
        yield from zip(batch, checker.validate_many(batch), strict=True)


def _records(
    atlas: Atlas,
    paths: list[Path],
    format: Format,  # noqa: A002
    errors: list[AtlasError],
) -> Iterator[Record]:
    for path in paths:
        for item in items_of(atlas, path, VALIDATED, format):
            mapped = _mapped(item, errors)
            if mapped is not None:
                yield mapped.record


def _mapped(item: Item, errors: list[AtlasError]) -> Mapped | None:
    if isinstance(item, Unreadable):
        errors.append(item.error)
        return None
    try:
        mapped = item.make()
    except AtlasError as error:
        errors.append(error)
        return None
    return mapped
