"""``atlas source remove``: ends a source, and with ``--withdraw`` its records."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog_service.console.opening import existing
from catalog_service.console.output import Output, gettext, ngettext


def register(app: typer.Typer) -> None:
    """Add the command to those of sources."""
    app.command("remove")(remove)


def remove(
    source_id: Annotated[str, typer.Argument(metavar="ID")],
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Also one with records: withdraw them.")
    ] = False,
    reason: Annotated[str | None, typer.Option(help="Why; kept in the records' histories.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Remove a source: its settings and secrets are deleted, nothing is taken from it any more."""
    from catalog_service.console.projecting import projecting
    from catalog_service.sources.source_lines import due_line
    from catalog_service.sources.source_removal import remove_source

    out = Output(as_json=json)
    with existing() as atlas, projecting(atlas, beside=False):
        done = remove_source(
            atlas, source_id, withdraw=withdraw, actor="cli", reason=(reason or "").strip() or None
        )
    out.result(
        {
            "source": done.source.id,
            "removed": done.source.removed,
            "already_removed": done.already,
            "withdrawn": done.withdrawn,
        }
    )
    told = ngettext("{count} record withdrawn", "{count} records withdrawn", done.withdrawn)
    if not done.already:
        out.text(gettext("{source} was removed; {told}", source=done.source.id, told=told))
        return
    left = told if done.withdrawn else gettext("nothing was left")
    time = due_line(done.source.removed)
    out.text(
        gettext(
            "{source} was already removed on {time}; {told}",
            source=done.source.id,
            time=time,
            told=left,
        )
    )
