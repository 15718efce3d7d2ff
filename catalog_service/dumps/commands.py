"""``atlas dump``: the whole catalogue as files."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.clock import SHANGHAI
from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext

app = typer.Typer(no_args_is_help=True, help="The whole catalogue as files.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("create")
def create(json: Json = False) -> None:
    """Make a dump of what readers see now; remove those that are kept no longer."""
    from catalog_service.dumps import work

    out = Output(as_json=json)
    with existing() as atlas:
        made = work.create(atlas)
        folder = atlas.dumps.shelf.path(made, "")
    out.result({**made.model_dump(mode="json"), "folder": str(folder)})
    out.text(
        gettext(
            "{name}: {count:,} datasets in {folder}",
            name=made.name,
            count=made.records,
            folder=folder,
        )
    )


@app.command("list")
def list_dumps(json: Json = False) -> None:
    """List the dumps, the newest first, and those that are withheld until they are made anew."""
    out = Output(as_json=json)
    with existing() as atlas:
        there = atlas.dumps.shelf.manifests()
        offered = {one.name for one in atlas.dumps.listed()}
    out.result(
        {
            "dumps": [
                {**one.model_dump(mode="json"), "offered": one.name in offered} for one in there
            ]
        }
    )
    out.table(
        gettext("name made change datasets MiB offered").split(),
        [
            (
                one.name,
                one.made.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
                one.journal,
                one.records,
                f"{sum(file.bytes for file in one.files) / 2**20:.1f}",
                gettext("yes") if one.name in offered else gettext("no"),
            )
            for one in there
        ],
    )
