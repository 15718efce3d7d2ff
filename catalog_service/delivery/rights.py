"""Whether data is delivered for an application: asked anew each time, and kept nowhere.

So that a revocation, and the end of the period, act at once, whatever was handed out before.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from catalog_service.delivery.errors import NOT_IN_FORCE
from catalog_service.participation.model import Case
from catalog_service.participation.service import period_of
from ontology.errors import AtlasError

IN_FORCE: Final = "active"
"""The state of an application whose agreement is filed, and was neither revoked nor given back."""


def is_in_force(case: Case | None, today: date) -> bool:
    """Tell whether data is delivered for an application on a day in Shanghai."""
    if case is None or case.kind != "application" or case.state != IN_FORCE:
        return False
    period = period_of(case)
    return period is not None and period[0] <= today <= period[1]


def demand_in_force(case: Case, today: date) -> None:
    """Raise ``delivery-not-in-force`` unless data is delivered for an application on a day."""
    if not is_in_force(case, today):
        raise AtlasError(NOT_IN_FORCE, name=case.name)
