"""``atlas source add|list|show|gate``: where records come from, and how strictly they are held."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from catalog_service.clock import SHANGHAI
from catalog_service.console.opening import existing, made
from catalog_service.console.output import Output, gettext
from catalog_service.errors import ILLEGAL_SOURCE_ID, UNKNOWN_SOURCE
from catalog_service.journal.model import Source
from ontology.errors import AtlasError
from ontology.record import SOURCE_ID

app = typer.Typer(no_args_is_help=True, help="The sources of records.")
TYPES = ("push", "spreadsheet")
MAX_RUNS = 10
"""Runs shown of a source, the newest first."""
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


def _row(source: Source) -> dict[str, object]:
    return {
        "id": source.id,
        "type": source.type,
        "title": source.title,
        "gate": source.gate,
        "paused": source.paused,
        "created": source.created.isoformat(),
        "url": source.url,
    }


@app.command("list")
def list_sources(json: Json = False) -> None:
    """List the sources with their gates and records."""
    out = Output(as_json=json)
    with existing() as atlas:
        sources = atlas.journal.sources()
        counts: dict[str, dict[str, int]] = {}
        public: Counter[str] = Counter()
        for count in atlas.journal.counts():
            counts.setdefault(count.source, {})[count.state] = count.records
            public[count.source] += count.public
    out.result(
        {
            "sources": [
                {**_row(s), "records": counts.get(s.id, {}), "public": public[s.id]}
                for s in sources
            ]
        }
    )
    out.table(
        gettext("source type gate active public held").split(),
        [
            (
                s.id,
                s.type,
                s.gate,
                counts.get(s.id, {}).get("active", 0),
                public[s.id],
                counts.get(s.id, {}).get("held", 0),
            )
            for s in sources
        ],
    )


@app.command("add")
def add(
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    type: Annotated[  # noqa: A002 — the option's name is fixed
        str | None,
        typer.Option(help="push (default): a client of the API; spreadsheet: files given by hand."),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its name; default: the id.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it can be looked at.")] = None,
    gate: Annotated[
        str | None, typer.Option(help="enforce or report (default of a new source).")
    ] = None,
    json: Json = False,
) -> None:
    """Add a source, or change what is given of one that is there."""
    if type is not None and type not in TYPES:
        raise typer.BadParameter(", ".join(TYPES), param_hint="--type")
    if gate not in (None, "enforce", "report"):
        raise typer.BadParameter("enforce or report", param_hint="--gate")
    if SOURCE_ID.fullmatch(source_id) is None:
        raise AtlasError(ILLEGAL_SOURCE_ID, source=source_id)
    out = Output(as_json=json)
    with made(out) as atlas:
        source = atlas.journal.put_source(
            source_id,
            kind=type,
            title=title,
            url=url,
            gate=gate,  # type: ignore[arg-type]  # checked above
        )
    out.result(_row(source))
    out.text(f"{source.id}  {source.title}  type={source.type}  gate={source.gate}")


@app.command("show")
def show(source_id: Annotated[str, typer.Argument(metavar="ID")], json: Json = False) -> None:
    """Show one source: its records by state, its findings by rule, its last runs."""
    out = Output(as_json=json)
    with existing() as atlas:
        source = atlas.journal.source(source_id)
        if source is None:
            raise AtlasError(UNKNOWN_SOURCE, source=source_id)
        own = [c for c in atlas.journal.counts() if c.source == source_id]
        states = {c.state: c.records for c in own}
        public = sum(c.public for c in own)
        rules = atlas.journal.findings_summary(source_id)
        runs = atlas.journal.runs(source_id, limit=MAX_RUNS)
    out.result(
        {
            **_row(source),
            "records": states,
            "public": public,
            "rules": [
                {"rule": r.rule_id, "severity": r.severity, "records": r.records} for r in rules
            ],
            "runs": [
                {
                    "id": r.id,
                    "status": r.status,
                    "started": r.started.isoformat(),
                    "finished": r.finished.isoformat() if r.finished else None,
                    "counters": dict(r.counters),
                    "message": r.message,
                }
                for r in runs
            ],
        }
    )
    out.text(f"{source.id}  {source.title}  gate={source.gate}")
    told = [f"{state} {count}" for state, count in states.items()]
    out.text("  ".join([*told, gettext("public {count}", count=public)]))
    out.table(
        gettext("rule severity records").split(),
        [(r.rule_id, r.severity, r.records) for r in rules],
    )
    out.text()
    out.table(
        gettext("run status began counters").split(),
        [
            (
                r.id,
                r.status,
                r.started.astimezone(SHANGHAI).isoformat(timespec="seconds"),
                "  ".join(f"{name} {count}" for name, count in r.counters.items() if count),
            )
            for r in runs
        ],
    )


@app.command("gate")
def set_gate(
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    gate: Annotated[str, typer.Argument(metavar="enforce|report")],
    json: Json = False,
) -> None:
    """Let a source's gate enforce the rules, or only report."""
    if gate not in ("enforce", "report"):
        raise typer.BadParameter("enforce or report")
    out = Output(as_json=json)
    with existing() as atlas:
        if atlas.journal.source(source_id) is None:
            raise AtlasError(UNKNOWN_SOURCE, source=source_id)
        source = atlas.journal.put_source(source_id, gate=gate)  # type: ignore[arg-type]
    out.result(_row(source))
    out.text(f"{source.id}  gate={source.gate}")
