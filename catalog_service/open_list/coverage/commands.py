"""``atlas open-list coverage``: what is open and on no list of a year."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext
from catalog_service.shares import shown_percent


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("coverage")(coverage)


def coverage(
    year: Annotated[int, typer.Argument(metavar="YEAR", min=2000, max=2999)],
    organization: Annotated[
        str, typer.Option("--org", help="Only this organization and what lies below it.")
    ] = "",
    missing: Annotated[
        bool, typer.Option("--missing", help="The datasets that are open and on no list.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show how much of what is open the open lists of a year cover."""
    from catalog_service.open_list.coverage.answers import (
        coverage_answer,
        missing_answer,
        project_answers,
    )
    from catalog_service.open_list.coverage.figures import Coverage
    from catalog_service.open_list.coverage.naming import named
    from catalog_service.open_list.coverage.pilots import pilots
    from catalog_service.open_list.systems import systems, without_plan

    out = Output(as_json=json)
    with existing() as atlas:
        of = named(atlas, organization)
        found = Coverage(atlas, year)
        if missing:
            total, _ = found.missing(of, 0)
            rows = [missing_answer(one) for one in found.missing(of, total)[1]] if total else []
            out.result({"year": year, "datasets": [one.model_dump() for one in rows]})
            out.table(
                gettext("dataset title").split(),
                [(f"{one.source}/{one.remote_id}", one.title) for one in rows],
            )
            return
        items = {version.organization: len(content.items) for version, content in found.lists}
        answer = coverage_answer(
            found,
            atlas.clock.today(),
            pilots(atlas, found.day, items),
            (len(systems(atlas)), len(without_plan(atlas))),
            project_answers(atlas, year),
        )
    shares = [one for one in answer.organizations if of in ("", one.organization)]
    told = answer.model_copy(update={"organizations": shares})
    out.result(told.model_dump(mode="json"))
    out.table(
        gettext("organization open listed missing percent").split(),
        [
            (
                one.name.get("zh") or one.name.get("") or "–",
                str(one.open),
                str(one.listed),
                str(one.missing),
                "–" if one.percent is None else shown_percent(one.percent),
            )
            for one in (answer.total, *shares)
        ],
    )
