"""What of an objection is a fault of the data: known, then corrected; read from its steps alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from catalog_service.participation.model import Case
from catalog_service.participation.transitions import corrected_on

KNOWN_IN = ("confirmed", "source")
"""States of an objection in which its fault is known, and not corrected yet."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a dataset, without a word of who found it."""

    case: Case
    code: str
    """What is wrong, of `FAULTS`."""
    known: date
    """The day on which whoever is responsible said so."""
    corrected: date | None
    """The day of the opened data's correction; None: not yet."""


def fault_of(case: Case) -> Fault | None:
    """Return the fault that an objection found; None: none is known, or not any more."""
    if case.kind != "objection":
        return None
    corrected = corrected_on(case)
    if corrected is None and case.state not in KNOWN_IN:
        return None
    known = _known_on(case)
    if known is None:
        return None
    return Fault(case, str(case.steps[0].details.get("fault", "")), known, corrected)


def _known_on(case: Case) -> date | None:
    """Return since when the fault is known, without a break."""
    known: date | None = None
    for one in case.steps:
        if one.step in ("confirm", "needs_source"):
            known = known or one.day
        elif one.step in ("not_confirm", "reopen"):
            known = None
    return known
