"""``atlas cases``: demands and objections, on the machine itself."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.console.opening import addressed
from catalog_service.console.output import Output, gettext

app = typer.Typer(no_args_is_help=True, help="Demands, objections, and what was done with them.")

Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]
Name = Annotated[str, typer.Argument(metavar="CASE", help="The number that people quote.")]


@app.command("list")
def list_cases(
    kind: Annotated[str | None, typer.Option("--kind", help="demand or objection.")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="Those that have ended, too.")] = False,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many.")] = 100,
    json: Json = False,
) -> None:
    """Cases that are open, the one that waits longest first; without what was written."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.participation import service
    from catalog_service.participation.kinds import MACHINES

    if kind is not None and kind not in MACHINES:
        raise typer.BadParameter(gettext("Known kinds:") + " " + ", ".join(MACHINES))
    chosen = next((one for one in MACHINES if one == kind), None)
    with addressed() as atlas:
        total, found = service.work_cases(atlas, OPERATOR, chosen, limit, open_only=not ended)
    out = Output(as_json=json)
    rows = [
        {
            "name": one.name,
            "kind": one.kind,
            "state": one.state,
            "organization": one.organization,
            "opened": one.opened.isoformat(),
            "title": one.title,
        }
        for one in found
    ]
    out.result({"total": total, "cases": rows})
    out.table(
        gettext("number kind state opened title").split(),
        [(one.name, one.kind, one.state, one.opened, one.title or "–") for one in found],
    )


@app.command("show")
def show(name: Name, json: Json = False) -> None:
    """One case with its steps and clocks; what was written is read on its page alone."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.participation import service
    from catalog_service.participation.outcomes import whole_answer

    with addressed() as atlas:
        case = service.case_named(atlas, OPERATOR, name)
        found = service.bare(atlas, case)
        answer = whole_answer(atlas, found)
    out = Output(as_json=json)
    out.result(answer.model_dump(mode="json"))
    out.text(f"{case.name} {case.state} {case.title or ''}".rstrip())
    for run in found.clocks:
        out.text(f"{run.clock.rule} {run.used}/{run.days} {run.due or run.reached or ''}".rstrip())
    out.table(
        gettext("step state day organization").split(),
        [(one.step, one.state, one.day, one.organization or "–") for one in case.steps],
    )


@app.command("check")
def check(json: Json = False) -> None:
    """Hold all cases against the rules: exit 1 where a term is over or one side was corrected."""
    from catalog_service.participation.judging import averages_over, judged

    with addressed() as atlas:
        found, over = list(judged(atlas)), list(averages_over(atlas))
    out = Output(as_json=json)
    rows = [
        {
            "rule": one.rule,
            "case": one.case.name,
            "state": one.case.state,
            "organization": one.case.organization,
            "working_days_over": one.days_over,
        }
        for one in found
    ]
    averages = [
        {
            "rule": one.rule,
            "organization": one.organization,
            "average_working_days": round(one.average, 2),
            "working_days": one.days,
            "terms": one.count,
        }
        for one in over
    ]
    out.result({"findings": rows, "averages": averages})
    out.table(
        gettext("rule case state days organization").split(),
        [
            (
                one.rule,
                one.case.name,
                one.case.state,
                one.days_over or "–",
                one.case.organization or "–",
            )
            for one in found
        ],
    )
    for each in over:
        out.text(
            gettext(
                "{rule}: {organization} takes {average} working days on average, more than {days}.",
                rule=each.rule,
                organization=each.organization or "–",
                average=f"{each.average:.1f}",
                days=each.days,
            )
        )
    if found or over:
        raise typer.Exit(1)


@app.command("erase")
def erase_case(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stands in the audit.")],
    json: Json = False,
) -> None:
    """Erase what was written in a case that has ended, and who brought it up."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.participation import service
    from catalog_service.participation.erasing import erase

    with addressed() as atlas:
        case = service.case_named(atlas, OPERATOR, name)
        count = erase(atlas, OPERATOR, case.number, reason)
    out = Output(as_json=json)
    out.result({"case": case.name, "texts": count})
    out.text(gettext("{name}: {count} texts erased.", name=case.name, count=count))


@app.command("statistics")
def show_statistics(json: Json = False) -> None:
    """How many cases came, how many are late, how many working days they take."""
    from catalog_service.participation.statistics import statistics_answer

    with addressed() as atlas:
        answer = statistics_answer(atlas)
    out = Output(as_json=json)
    out.result(answer.model_dump(mode="json"))
    out.table(
        gettext("kind month organization opened ended late days").split(),
        [
            (
                one.kind,
                one.month,
                one.organization or "–",
                one.opened,
                one.ended,
                one.late,
                "–" if one.average_working_days is None else f"{one.average_working_days:.1f}",
            )
            for one in answer.groups
        ],
    )
