"""What rules find in a run, as lines on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from catalog_service.console.output import chosen, gettext, severity_name

if TYPE_CHECKING:
    from catalog_service.console.output import Output
    from catalog_service.rules.model import RuleTally


def print_tallies(out: Output, tallies: Sequence[RuleTally]) -> None:
    """Print how many records each rule holds or flags, its article, and how to mend them."""
    if not tallies:
        return
    out.table(
        gettext("rule severity held flagged name article").split(),
        [
            (
                one.rule,
                severity_name(one.severity),
                one.held,
                one.flagged,
                chosen(one.label),
                chosen(one.article),
            )
            for one in tallies
        ],
    )
    for one in tallies:
        out.text(f"{one.rule}: {chosen(one.message)}")
