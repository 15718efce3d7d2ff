"""Days as commands are given them."""

from __future__ import annotations

from datetime import date

import typer

from catalog_service.console.output import gettext


def day_given(text: str) -> date:
    """Return a day such as 2026-05-01; raises `typer.BadParameter` for anything else."""
    from ontology.dates import read_date

    found = read_date(text)
    if found is None or found.precision != "day":
        raise typer.BadParameter(gettext("a day as 2026-05-01"), param_hint="DAY")
    return found.day
