"""``atlas search-log``: what was counted of searches, and seeds of judgements made of it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext, ngettext

app = typer.Typer(help="Clicks and reformulations of searches, counted by day without persons.")
Json = Annotated[bool, typer.Option("--json", help="One JSON object.")]


@app.command("show")
def show(
    day: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], metavar="DAY", help="Only this day (YYYY-MM-DD)."),
    ] = None,
    json: Json = False,
) -> None:
    """Show what is kept: from how many networks at least, the newest day first."""
    from dataclasses import asdict

    from catalog_service.search_log.service import counted

    out = Output(as_json=json)
    with existing() as atlas:
        found = counted(atlas, day.date() if day is not None else None)
    clicks = [{**asdict(one), "day": one.day.isoformat()} for one in found.clicks]
    chains = [{**asdict(one), "day": one.day.isoformat()} for one in found.reformulations]
    out.result(
        {
            "on": found.is_on,
            "least": found.least,
            "days": found.days,
            "clicks": clicks,
            "reformulations": chains,
        }
    )
    if not found.is_on:
        out.text(gettext("Nothing is counted now: ATLAS_SEARCH_LOG is off."))
    out.table(
        gettext("day search position networks dataset").split(),
        [
            (one.day.isoformat(), one.query, one.band, f"≥{one.networks}", one.dataset)
            for one in found.clicks
        ],
    )
    out.table(
        gettext("day search next networks").split(),
        [
            (one.day.isoformat(), one.query, one.next, f"≥{one.networks}")
            for one in found.reformulations
        ],
    )


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Where the three files go.")],
    json: Json = False,
) -> None:
    """Write searches, what was opened from them, and what was asked next, to be judged."""
    from catalog_service.search_log.seed import write_seed
    from catalog_service.search_log.service import counted

    out = Output(as_json=json)
    with existing() as atlas:
        found = counted(atlas)
        written = write_seed(atlas, folder, found.clicks, found.reformulations)
    out.result({"folder": str(folder), "rows": written})
    for name, rows in written.items():
        out.text(f"{folder / name}  {rows}")


@app.command("clear")
def clear(json: Json = False) -> None:
    """Remove everything that is kept."""
    from catalog_service.search_log.service import remove_all

    out = Output(as_json=json)
    with existing() as atlas:
        removed = remove_all(atlas)
    out.result({"removed": removed})
    out.text(ngettext("{count} row removed", "{count} rows removed", removed))
