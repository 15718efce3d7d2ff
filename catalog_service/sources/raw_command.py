"""``atlas runs raw``: what a platform answered for a dataset that was rejected."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output


def register(app: typer.Typer) -> None:
    """Add the command to those of runs."""
    app.command("raw")(raw)


def raw(
    run: Annotated[str, typer.Argument(metavar="RUN")],
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", min=0, help="Of the problem, counted from 0.")
    ],
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Show what the platform answered for a dataset that was rejected, for a week."""
    from catalog_service.sources.harvests.raw_answers import raw_answer

    out = Output(as_json=json)
    with existing() as atlas:
        text = raw_answer(atlas.journal, atlas.clock, run, number).decode("utf-8", "replace")
    out.result({"run": run, "number": number, "raw": text})
    out.text(text)
