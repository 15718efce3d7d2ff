"""``atlas quality badges``: who has the badge, and the operator's table of criteria."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

app = typer.Typer(no_args_is_help=True, help="The badge of high-quality datasets.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("list")
def list_badges(json: Json = False) -> None:
    """List the datasets that have the badge, the newest first."""
    from catalog_service.quality.badges.criteria import criteria_in_force
    from catalog_service.quality.badges.kept import holders
    from catalog_service.quality.badges.titles import titles_of

    out = Output(as_json=json)
    with existing() as atlas:
        criteria = criteria_in_force(atlas)
        held = holders(atlas)
        titles = titles_of(atlas, [one.iri for one in held])
    out.result(
        {
            "criteria": None if criteria is None else criteria.number,
            "datasets": [
                {"iri": one.iri, "title": titles.get(one.iri, ""), "since": one.day.isoformat()}
                for one in held
            ],
        }
    )
    if criteria is None:
        out.text(gettext("the operator has filled in no criteria"))
        return
    out.table(
        gettext("since dataset title").split(),
        [(one.day.isoformat(), one.iri, titles.get(one.iri, "")) for one in held],
    )


@app.command("import")
def import_criteria(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    in_force: Annotated[
        datetime | None,
        typer.Option("--in-force", formats=["%Y-%m-%d"], help="From this day on; today without."),
    ] = None,
    origin: Annotated[str, typer.Option("--origin", help="The paper that it was taken from.")] = "",
    json: Json = False,
) -> None:
    """Import criteria from a CSV file as another version of the table."""
    from catalog_service.accounts.service import OPERATOR
    from catalog_service.quality.badges.criteria import put_criteria
    from catalog_service.quality.badges.table_file import read_criteria

    out = Output(as_json=json)
    with existing() as atlas:
        found = read_criteria(file.read_bytes(), atlas.rules)
        day = atlas.clock.today() if in_force is None else in_force.date()
        kept = put_criteria(atlas, OPERATOR, found, day, origin)
    codes = [one.code for one in kept.criteria]
    out.result({"version": kept.number, "criteria": codes})
    out.text(f"{kept.number}  {' '.join(codes)}")


@app.command("export")
def export_criteria(
    version: Annotated[int | None, typer.Option("--version", help="Not the one in force.")] = None,
) -> None:
    """Print the criteria in force as the CSV file that an import reads."""
    from catalog_service.quality.badges.criteria import criteria_on, criteria_versions
    from catalog_service.quality.badges.table_file import write_criteria

    with existing() as atlas:
        versions = criteria_versions(atlas)
        found = criteria_on(versions, atlas.clock.today())
    if version is not None:
        found = next((one for one in versions if one.number == version), None)
    typer.echo(write_criteria(found.criteria if found else ()), nl=False)
