"""``atlas validate``: files held against the rules, without touching the catalogue."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Annotated, Final, cast

import typer

from catalog_service.atlas import Atlas
from catalog_service.console.output import EXIT_FINDINGS, Output, error_json, language, say
from catalog_service.rules.findings_output import Listed, more, print_findings
from catalog_service.settings import Settings
from catalog_service.sources.import_command import FORMATS
from catalog_service.sources.importing import items_of
from harvesters.contracts import Item, Mapped, Unreadable
from harvesters.readers.open_reader import Format
from ontology.errors import AtlasError, Place
from ontology.terms import PREFIXES
from shapes.engines import PyShaclEngine, ShaclEngine
from shapes.report import Finding, Report
from shapes.rules import Rule, Rules

BATCH = 500
VALIDATED = "validate"
"""The source that validated records are called after: nothing of them is kept."""
EXAMPLES: Final = 3
"""Findings printed for one field of one rule without ``--all``."""
MAX_REMARKS: Final = 20


@dataclass(slots=True)
class Tally:
    """What was found in all files."""

    mapped: int = 0
    """Records that could be made of what was read."""
    conforming: int = 0
    findings: dict[str, list[Listed]] = field(default_factory=lambda: defaultdict(list))
    """By rule id, in the order of the files."""
    errors: list[AtlasError] = field(default_factory=list)
    warnings: list[AtlasError] = field(default_factory=list)
    removed: list[dict[str, object]] = field(default_factory=list)

    @property
    def read(self) -> int:
        """All items read, those that no record could be made of included: as ``import`` counts."""
        return self.mapped + len(self.errors)

    def add(self, mapped: Mapped, place: Place, report: Report) -> None:
        """Count one record."""
        record = mapped.record
        self.mapped += 1
        self.conforming += report.conforms
        self.warnings += mapped.warnings
        self.removed += [
            {"file": place.file, "line": place.line, "what": what} for what in mapped.removed
        ]
        for found in report.findings:
            self.findings[found.rule_id].append(
                Listed(
                    record.iri,
                    record.remote_id,
                    place.file,
                    place.line,
                    place.column,
                    found.severity,
                    found.focus,
                    short_path(found),
                    found.path,
                    found.value,
                )
            )


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
    json: Annotated[bool, typer.Option("--json", help="One JSON object, always complete.")] = False,
) -> None:
    """Report by severity, rule and field, with message, article, place and value.

    Exit 1 where a Violation stands or something cannot be read.
    """
    if engine not in ("shacl", "pyshacl"):
        raise typer.BadParameter("shacl or pyshacl", param_hint="--engine")
    if format not in FORMATS:
        raise typer.BadParameter(", ".join(FORMATS), param_hint="--format")
    out = Output(as_json=json)
    atlas = Atlas(Settings())
    # Detailed: each missing element is a finding of its own, with its field.
    kind = PyShaclEngine if engine == "pyshacl" else ShaclEngine
    checker = kind(atlas.rules, atlas.clock.today(), detailed=True)
    tally = Tally()
    for mapped, place, report in _checked(atlas, checker, paths, cast("Format", format), tally):
        tally.add(mapped, place, report)
    failed = tally.mapped - tally.conforming
    out.result(
        {
            "read": tally.read,
            "conforming": tally.conforming,
            "violating": failed,
            "unreadable": len(tally.errors),
            "engine": engine,
            "day": atlas.clock.today().isoformat(),
            "rules": [
                {
                    "rule": rule_id,
                    **_texts(atlas.rules.get(rule_id)),
                    "count": len(listed),
                    "records": len({finding.record for finding in listed}),
                    "findings": listed,
                }
                for rule_id, listed in sorted(tally.findings.items())
            ],
            "errors": [error_json(e) for e in tally.errors],
            "warnings": [error_json(e) for e in tally.warnings],
            "removed": tally.removed,
        }
    )
    if not json:
        _print(out, atlas.rules, tally, None if everything else EXAMPLES)
    if failed or tally.errors:
        raise typer.Exit(EXIT_FINDINGS)


def short_path(finding: Finding) -> str | None:
    """Return a finding's property with prefixes, ``dct:title``; None where it has none."""
    path = finding.path
    if path is None:
        return None
    for prefix, namespace in PREFIXES.items():
        path = path.replace(f"<{namespace}", f"<{prefix}:")
        if path.startswith(namespace):
            path = f"{prefix}:{path[len(namespace) :]}"
    return path.replace("<", "").replace(">", "")


def _texts(rule: Rule) -> dict[str, object]:
    return {
        "label": {"zh": rule.label.zh, "en": rule.label.en},
        "article": {"zh": rule.source.zh, "en": rule.source.en},
        "message": {"zh": rule.message.zh, "en": rule.message.en},
    }


def _print(out: Output, rules: Rules, tally: Tally, limit: int | None) -> None:
    print_findings(out, rules, tally.findings, limit)
    failed = tally.mapped - tally.conforming
    out.text(
        say(
            f"读取 {tally.read} 条，{tally.conforming} 条符合，{failed} 条违反，"
            f"{len(tally.errors)} 条不可读",
            f"{tally.read} read, {tally.conforming} conform, {failed} violate, "
            f"{len(tally.errors)} unreadable",
        )
    )
    if tally.removed:
        out.text(
            say(
                f"隐私规则移除了 {len(tally.removed)} 处：",
                f"the privacy rule took out {len(tally.removed)} things:",
            )
        )
        for entry in tally.removed[:limit]:
            out.text(f"    {entry['file']}:{entry['line'] or ''}  {entry['what']}")
    for kinds in (tally.errors, tally.warnings):
        for error in kinds if limit is None else kinds[:MAX_REMARKS]:
            out.remark(f"{error.code}: {error.message(language())}")
        if limit is not None and len(kinds) > MAX_REMARKS:
            out.remark(more(len(kinds)))


def _checked(
    atlas: Atlas,
    checker: ShaclEngine | PyShaclEngine,
    paths: list[Path],
    format: Format,  # noqa: A002
    tally: Tally,
) -> Iterator[tuple[Mapped, Place, Report]]:
    items = _items(atlas, paths, format, tally)
    while batch := list(islice(items, BATCH)):
        reports = checker.validate_many([mapped.record for mapped, _ in batch])
        for (mapped, place), report in zip(batch, reports, strict=True):
            yield mapped, place, report


def _items(
    atlas: Atlas,
    paths: list[Path],
    format: Format,  # noqa: A002
    tally: Tally,
) -> Iterator[tuple[Mapped, Place]]:
    for path in paths:
        for item in items_of(atlas, path, VALIDATED, format):
            found = _mapped(item)
            if isinstance(found, AtlasError):
                tally.errors.append(found)
            else:
                yield found


def _mapped(item: Item) -> tuple[Mapped, Place] | AtlasError:
    if isinstance(item, Unreadable):
        return item.error
    try:
        return item.make(), item.place
    except AtlasError as error:
        return error
