"""How far a harvest is, told to whoever waits for it on a terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from catalog_service.console.output import gettext

if TYPE_CHECKING:
    from catalog_service.console.output import Output
    from catalog_service.sources.harvests.model import HarvestRun


def progress_remarks(out: Output, source: str) -> Callable[[HarvestRun], None]:
    """Return what tells the progress of a run of a source, after each page."""

    def tell(run: HarvestRun) -> None:
        total = "?" if run.total is None else run.total
        read = run.counters["read"]
        out.remark(
            gettext("{source}: {read} of {total} read", source=source, read=read, total=total)
        )

    return tell
