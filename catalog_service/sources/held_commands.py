"""``atlas held list|show|release``: the versions that wait at a gate, or may mean 非开放."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, get_args

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import (
    EXIT_FINDINGS,
    Output,
    chosen,
    error_json,
    gettext,
    language,
    severity_name,
)
from catalog_service.errors import NOTHING_WAITS
from ontology.errors import AtlasError

app = typer.Typer(no_args_is_help=True, help="Versions that wait for a steward.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
_SHOWN = 40


@app.command("list")
def list_held(
    source: Annotated[str | None, typer.Option(help="Of this source only.")] = None,
    json: Json = False,
) -> None:
    """List what waits, with the rules or the values that hold it back. Exit 1 where any does."""
    from catalog_service.sources.service import doubts_of, waiting_records

    out = Output(as_json=json)
    rows = []
    with existing() as atlas:
        for state in waiting_records(atlas.journal, source):
            report = atlas.journal.findings(state.iri)
            violated = sorted(
                {f.rule_id for f in report.findings if f.severity == "Violation"}
                if report is not None
                else ()
            )
            rows.append((state, violated, [d.value for d in doubts_of(atlas.journal, state)]))
    out.result(
        {
            "held": [
                {
                    "iri": state.iri,
                    "source": state.source,
                    "remote_id": state.remote_id,
                    "public": state.public,
                    "seq": state.held_seq,
                    "violations": violated,
                    "doubts": doubts,
                }
                for state, violated, doubts in rows
            ]
        }
    )
    out.table(
        gettext("record old-public violates in-doubt").split(),
        [
            (
                f"{s.source}/{s.remote_id}",
                "✓" if s.public else "–",
                " ".join(violated),
                "、".join(value[:_SHOWN] for value in doubts),
            )
            for s, violated, doubts in rows
        ],
    )
    if rows:
        raise typer.Exit(EXIT_FINDINGS)


@app.command("show")
def show_held(
    iri: Annotated[str, typer.Argument(metavar="IRI", help="The record's IRI, or SOURCE/ID.")],
    json: Json = False,
) -> None:
    """Show the version that waits, and why."""
    from catalog_service.duplicates.service import waits_for
    from catalog_service.output_formats import TURTLE
    from catalog_service.sources.service import doubts_of
    from catalog_service.stored_records import known_record
    from ontology.serialization import write_lines
    from shapes.report import Severity

    out = Output(as_json=json)
    with existing() as atlas:
        stored = known_record(atlas, iri)
        iri = stored.iri
        change = atlas.journal.waiting(stored)
        if change is None or change.nquads is None:
            raise AtlasError(NOTHING_WAITS, remote_id=stored.remote_id)
        report = atlas.journal.findings(iri)
        rules = atlas.rules
        doubts = doubts_of(atlas.journal, stored)
        repeated = waits_for(atlas, report)
    # What holds it back comes first.
    findings = sorted(
        report.findings if report is not None else (),
        key=lambda f: (get_args(Severity).index(f.severity), f.rule_id),
    )
    text = write_lines(change.nquads, TURTLE.rdf).body.decode()
    out.result(
        {
            "iri": iri,
            "seq": change.seq,
            "time": change.time.isoformat(),
            "doubts": [{"value": d.value, "reason": {"zh": d.zh, "en": d.en}} for d in doubts],
            "repeats": [asdict(one) for one in repeated],
            "findings": [
                {
                    "rule": f.rule_id,
                    "severity": f.severity,
                    "article": rules.get(f.rule_id).source,
                    "message": rules.get(f.rule_id).message,
                    "focus": f.focus,
                    "path": f.path,
                    "value": f.value,
                }
                for f in findings
            ],
            "content": text,
        }
    )
    for doubt in doubts:
        out.text(gettext("May not be open  {value}", value=doubt.value))
        out.text(f"  {chosen(doubt)}")
    for one in repeated:
        out.text(gettext("Repeats the city's  {record}", record=f"{one.source}/{one.remote_id}"))
        out.text(f"  {one.title}")
    for f in findings:
        rule = rules.get(f.rule_id)
        severity, article = severity_name(f.severity), chosen(rule.source)
        out.text(f"{severity}  {f.rule_id}  {chosen(rule.label)}  [{article}]")
        out.text(f"  {chosen(rule.message)}")
    out.text()
    out.text(text.rstrip("\n"))


@app.command("release")
def release(
    iri: Annotated[str, typer.Argument(metavar="IRI", help="The record's IRI, or SOURCE/ID.")],
    reason: Annotated[str, typer.Option(help="Why: it stands in the history.")],
    json: Json = False,
) -> None:
    """Let the waiting version through, whatever the gate found: a steward's decision."""
    from catalog_service.console.projecting import projecting
    from catalog_service.stored_records import known_record
    from harvesters.protocols import Submission

    out = Output(as_json=json)
    with existing() as atlas:
        stored = known_record(atlas, iri)
        iri = stored.iri
        submission = Submission(source=stored.source, actor="cli", reason=reason)
        with projecting(atlas, beside=False):
            (outcome,) = atlas.catalog.release([stored.remote_id], submission)
    if outcome.error is not None:
        out.result({"error": error_json(outcome.error)})
        out.remark(f"{outcome.error.code}: {outcome.error.message(language())}")
        raise typer.Exit(3)
    out.result({"iri": iri, "seq": outcome.seq, "hash": outcome.hash})
    out.text(gettext("released with change {seq}", seq=outcome.seq))
