"""``atlas runs``: runs, their reports, and the decisions that they wait for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from catalog_service.clock import SHANGHAI
from catalog_service.console.opening import existing
from catalog_service.console.output import Output, chosen, gettext, language
from catalog_service.sources.errors import NOTHING_TO_STOP
from catalog_service.sources.labels import counted, label
from catalog_service.sources.rule_tallies import print_tallies
from ontology.errors import AtlasError
from ontology.languages import pick

if TYPE_CHECKING:
    from catalog_service.journal.model import Run
    from translations import Lang


class _RunsGroup(TyperGroup):
    """``atlas runs SOURCE`` is short for ``atlas runs list SOURCE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] != "--help"):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(cls=_RunsGroup, help="Runs of imports and harvests.")
MOST_PROBLEMS = 1_000
"""Problems that are shown of a run."""
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("list")
def list_runs(
    source: Annotated[str | None, typer.Argument(metavar="SOURCE", help="Source id.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="How many.")] = 20,
    json: Json = False,
) -> None:
    """List runs, the newest first."""
    from catalog_service.sources.registry import known_source

    out = Output(as_json=json)
    with existing() as atlas:
        found = atlas.journal.runs(source, limit=limit)
        if source is not None and not found:
            known_source(atlas.journal, source)
    out.result({"runs": [_run_json(run) for run in found]})
    out.table(
        gettext("run status began counters").split(),
        [(run.id, label(run.status, language()), _time(run), _counted(run)) for run in found],
    )


@app.command("show")
def show(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="Run id, or a source’s for its newest run.")
    ],
    form: Annotated[
        str, typer.Option("--format", help="text, or its whole report as markdown, csv or json.")
    ] = "text",
    json: Json = False,
) -> None:
    """Show one run: its counters, what went wrong, what it waits for."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.sources.harvests.queries import harvest_state, problems_after
    from catalog_service.sources.harvests.store import HarvestStore
    from catalog_service.sources.remarks import remarks_of
    from catalog_service.sources.report import Report
    from catalog_service.sources.report_forms import renumbered_text
    from catalog_service.sources.service import run_named

    if form != "text":
        _print_report(run, form)
        return
    out = Output(as_json=json)
    with existing() as atlas:
        found = run_named(atlas.journal, run)
        run = found.id
        state = harvest_state(atlas.journal, run)
        problems = [one for _, one in problems_after(atlas.journal, run, -1, MOST_PROBLEMS)]
        decision = HarvestStore(atlas.journal, atlas.clock).decision(run)
        error = None if state is None else state.error
        told = None if state is None else state.decision
        remarks = remarks_of(found.counters, told, found.source)
        report = Report(atlas, run, OPERATOR)
        tallies = report.rules()
        held = [] if json else list(report.all_held())
        removals, more = list(report.all_removals()), report.renumbered()
    out.result(
        {
            **_run_json(found),
            "problems": [asdict(problem) for problem in problems],
            "error": error,
            "decision": decision,
            "remarks": [one.model_dump() for one in remarks],
            "rules": [one.model_dump() for one in tallies],
            "removals": [one.model_dump(mode="json") for one in removals],
            "renumbered": more,
        }
    )
    out.text(f"{found.id}  {label(found.status, language())}  {_time(found)}")
    out.text(_counted(found))
    if error is not None:
        out.text(f"{error['code']}: {error['message'][language()]}")
    if state is not None and state.decision is not None:
        print_decision(out, found.message, state.decision)
    for remark in remarks:
        out.text(chosen(remark))
    print_tallies(out, tallies)
    failed = [
        (one.remote_id or "–", one.error["code"], one.error["message"][language()])
        for one in problems
    ]
    waiting = [
        (one.remote_id, finding.rule, chosen(finding.message))
        for one in held
        for finding in one.findings
    ]
    if more:
        out.text(renumbered_text(more, "zh" if language() == "zh" else "en"))
    gone = [(one.remote_id, pick(one.title, language())) for one in removals[:MOST_PROBLEMS]]
    for heads, rows in (
        (gettext("removed? title"), gone),
        (gettext("record code message"), failed),
        (gettext("held rule message"), waiting),
    ):
        if rows:
            out.table(heads.split(), rows)


def _print_report(run: str, form: str) -> None:
    """Print the whole report of a run."""
    import sys

    from catalog_service.accounts.service import OPERATOR
    from catalog_service.sources.report import Report
    from catalog_service.sources.report_forms import csv_lines, markdown
    from catalog_service.sources.service import run_named

    if form not in ("markdown", "csv", "json"):
        raise typer.BadParameter(gettext("text, markdown, csv or json"), param_hint="--format")
    lang: Lang = "zh" if language() == "zh" else "en"
    out = Output(as_json=form == "json")
    with existing() as atlas:
        report = Report(atlas, run_named(atlas.journal, run).id, OPERATOR, wait=True)
        if form == "csv":
            for line in csv_lines(report, lang):
                sys.stdout.buffer.write(line.encode())
            sys.stdout.flush()
        elif form == "json":
            out.result(
                {
                    "run": report.detail().model_dump(mode="json", exclude={"problems", "next"}),
                    "effects": report.effects(),
                    "rules": [one.model_dump(mode="json") for one in report.rules()],
                    "removals": [one.model_dump(mode="json") for one in report.all_removals()],
                    "renumbered": report.renumbered(),
                    "changes": [one.model_dump(mode="json") for one in report.all_changes()],
                    "held": [one.model_dump(mode="json") for one in report.all_held()],
                    "repeating": [one.model_dump(mode="json") for one in report.all_repeating()],
                    "problems": [one.model_dump(mode="json") for one in report.all_problems()],
                }
            )
        else:
            out.text(markdown(report, lang).rstrip("\n"))


@app.command("decide")
def decide(
    run: Annotated[str, typer.Argument(metavar="RUN")],
    verdict: Annotated[str, typer.Argument(metavar="approve|refuse")],
    reason: Annotated[str, typer.Option(help="Why; kept with the run and in the histories.")],
    json: Json = False,
) -> None:
    """Decide on the removals that a run waits with."""
    from catalog_service.console.projecting import projecting
    from catalog_service.sources.harvests.service import decide as decide_run

    if verdict not in ("approve", "refuse"):
        raise typer.BadParameter(gettext("approve or refuse"))
    if not reason.strip():
        raise typer.BadParameter(gettext("say why"), param_hint="--reason")
    out = Output(as_json=json)
    with existing() as atlas, projecting(atlas, beside=False):
        result = decide_run(
            atlas, run, approve=verdict == "approve", reason=reason.strip(), actor="cli"
        )
    out.result({"run": run, "status": result.status, "missing": result.counters["missing"]})
    out.text(f"{run}  {verdict}  {counted(result.counters, ('missing',), language())}")


@app.command("stop")
def stop(run: Annotated[str, typer.Argument(metavar="RUN")], json: Json = False) -> None:
    """Ask a run under way to stop; what it took in is kept."""
    from catalog_service.sources.harvests.service import stop as stop_run

    out = Output(as_json=json)
    with existing() as atlas:
        if not stop_run(atlas, run):
            raise AtlasError(NOTHING_TO_STOP, run=run)
    out.result({"run": run, "asked": True})
    out.text(gettext("{run} was asked to stop", run=run))


def _time(run: Run) -> str:
    return run.started.astimezone(SHANGHAI).isoformat(timespec="seconds")


def _counted(run: Run) -> str:
    return counted(run.counters, (name for name, n in run.counters.items() if n), language())


def print_decision(out: Output, message: str | None, decision: Mapping[str, Any]) -> None:
    """Say what became of the question with which a run ended."""
    from catalog_service.sources.harvests.model import REMOVED, SUPERSEDED

    verdict = decision.get("verdict")
    if verdict is None:
        if message == SUPERSEDED:
            out.text(gettext("a newer whole walk took the place of its question"))
        if message == REMOVED:
            out.text(gettext("its source was removed, and all its records were withdrawn"))
        return
    said = {"actor": decision["actor"], "reason": decision["reason"]}
    if verdict == "approve":
        out.text(gettext("approved by {actor}: {reason}", **said))
    else:
        out.text(gettext("refused by {actor}: {reason}", **said))


def _run_json(run: Run) -> dict[str, object]:
    return {
        "id": run.id,
        "source": run.source,
        "status": run.status,
        "started": run.started,
        "finished": run.finished,
        "counters": dict(run.counters),
        "message": run.message,
    }
