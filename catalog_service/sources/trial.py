"""A test visit: what a first run of a source would bring, before anything is taken in."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

from catalog_service.context import Service
from catalog_service.sources.harvests.model import HarvestResult
from catalog_service.sources.harvests.service import harvest

TRIAL_SECONDS: Final = 20.0
"""How long a test visit goes on: somebody waits for the page."""


def try_visit(
    atlas: Service,
    name: str,
    *,
    actor: str,
    monotonic: Callable[[], float] = time.monotonic,
) -> tuple[HarvestResult, bool]:
    """Visit a source as a dry run, which writes nothing, and tell whether it was cut short.

    Raises what keeps a run from beginning (`harvests.service.harvest`); what goes wrong on the way
    stands in the result.
    """
    end = monotonic() + TRIAL_SECONDS
    cut = False

    def stopped() -> bool:
        nonlocal cut
        cut = cut or monotonic() > end
        return cut

    return harvest(atlas, name, actor=actor, full=True, dry_run=True, stopped=stopped), cut
