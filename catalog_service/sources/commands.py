"""``atlas source list|show|pause|gate``: where records come from, how strictly they are held."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from catalog_service.clock import SHANGHAI
from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext, language, severity_name
from catalog_service.sources.labels import counted, label
from catalog_service.sources.source_lines import due_line, visit_parts, visited_json

if TYPE_CHECKING:
    from catalog_service.journal.model import Source

app = typer.Typer(no_args_is_help=True, help="The sources of records.")
MAX_RUNS = 10
"""Runs shown of a source, the newest first."""
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("list")
def list_sources(
    every: Annotated[bool, typer.Option("--all", help="Also those that were removed.")] = False,
    json: Json = False,
) -> None:
    """List the sources with their gates and records."""
    from catalog_service.sources.registry import summaries

    out = Output(as_json=json)
    with existing() as atlas:
        found = summaries(atlas.journal, removed=every)
    out.result(
        {
            "sources": [
                {**asdict(one.source), "records": one.states, "public": one.public} for one in found
            ]
        }
    )
    out.table(
        gettext("source type gate state active public held").split(),
        [
            (
                one.source.id,
                one.source.type,
                one.source.gate,
                _state(one.source),
                one.states.get("active", 0),
                one.public,
                one.states.get("held", 0),
            )
            for one in found
        ],
    )


def _state(source: Source) -> str:
    if source.removed is not None:
        return gettext("removed")
    return gettext("paused") if source.paused else "–"


@app.command("pause")
def pause(
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    resume: Annotated[bool, typer.Option("--resume", help="Take records again.")] = False,
    json: Json = False,
) -> None:
    """Take no records of a source for now; what is there stays."""
    from catalog_service.sources.registry import known_source, put_source

    out = Output(as_json=json)
    with existing() as atlas:
        known_source(atlas.journal, source_id)
        source = put_source(atlas.journal, source_id, paused=not resume).source
    out.result(asdict(source))
    out.text(f"{source.id}  paused={str(source.paused).lower()}")


@app.command("show")
def show(source_id: Annotated[str, typer.Argument(metavar="ID")], json: Json = False) -> None:
    """Show one source: how it is visited, its records, its findings by rule, its last runs."""
    from catalog_service.duplicates.service import repeats_setting
    from catalog_service.sources.harvests.store import HarvestStore
    from catalog_service.sources.registry import summary

    out = Output(as_json=json)
    with existing() as atlas:
        found = summary(atlas.journal, source_id)
        rules = atlas.journal.findings_summary(source_id)
        runs = atlas.journal.runs(source_id, limit=MAX_RUNS)
        repeats = repeats_setting(atlas, source_id)
        visits = HarvestStore(atlas.journal, atlas.clock).sources()
    visited = next((one for one in visits if one.source == source_id), None)
    out.result(
        {
            **asdict(found.source),
            "repeats": repeats,
            "harvest": visited_json(visited),
            "records": found.states,
            "public": found.public,
            "rules": [
                {"rule": r.rule_id, "severity": r.severity, "records": r.records} for r in rules
            ],
            "runs": [
                {
                    "id": r.id,
                    "status": r.status,
                    "started": r.started,
                    "finished": r.finished,
                    "counters": dict(r.counters),
                    "message": r.message,
                }
                for r in runs
            ],
        }
    )
    source = found.source
    told = f"type={source.type}  gate={source.gate}  repeats={repeats}"
    out.text(f"{source_id}  {source.title}  {told}")
    if source.removed is not None:
        out.text(gettext("removed: {time}", time=due_line(source.removed)))
    if visited is not None:
        out.text("  ".join(visit_parts(source.url, visited)))
        out.text(gettext("next visit: {due}", due=due_line(visited.due)))
    counts = [f"{label(state, language())} {count}" for state, count in found.states.items()]
    out.text("  ".join([*counts, gettext("public {count}", count=found.public)]))
    out.table(
        gettext("rule severity records").split(),
        [(r.rule_id, severity_name(r.severity), r.records) for r in rules],
    )
    out.text()
    out.table(
        gettext("run status began counters").split(),
        [
            (
                r.id,
                label(r.status, language()),
                r.started.astimezone(SHANGHAI).isoformat(timespec="seconds"),
                counted(r.counters, (name for name, n in r.counters.items() if n), language()),
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
    from catalog_service.sources.registry import set_gate as change_gate

    if gate not in ("enforce", "report"):
        raise typer.BadParameter(gettext("enforce or report"))
    out = Output(as_json=json)
    with existing() as atlas:
        source = change_gate(atlas.journal, source_id, gate)  # type: ignore[arg-type]
    out.result(asdict(source))
    out.text(f"{source.id}  gate={source.gate}")
