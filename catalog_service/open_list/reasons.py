"""Why items of a list change: codes that can be counted, beside the sentence that somebody writes.

The texts name no such list. Those of what may not be opened (trade secrets, personal information,
what law forbids) follow the Shanghai Data Regulations, art. 41; the others are this catalogue's.
``other`` fits every change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from catalog_service.open_list.differences import Difference, Kind, ordered
from catalog_service.open_list.errors import LIST_REASON_CODE
from catalog_service.state_names import named_list_changes
from ontology.errors import AtlasError, Named, NamedSeveral
from translations import N_

OTHER: Final = "other"

_ALL: Final[frozenset[Kind]] = frozenset({"added", "changed", "widened", "restricted", "withdrawn"})
_NARROWING: Final[frozenset[Kind]] = frozenset({"restricted", "withdrawn"})
_WIDENING: Final[frozenset[Kind]] = frozenset({"added", "widened"})


@dataclass(frozen=True, slots=True)
class ReasonCode:
    """A reason: what it is called, marked for translation, and which changes it explains."""

    label: str
    kinds: frozenset[Kind]


REASONS: Final[Mapping[str, ReasonCode]] = {
    "new-data": ReasonCode(N_("New data"), frozenset({"added"})),
    "demand": ReasonCode(N_("Asked for by the public"), _WIDENING),
    "desensitized": ReasonCode(N_("Sensitive parts taken out"), _WIDENING),
    "update": ReasonCode(N_("Items, frequency or form changed"), frozenset({"changed"})),
    "correction": ReasonCode(N_("Statement corrected"), _ALL),
    "duty": ReasonCode(N_("Duties or systems changed"), _ALL),
    "evaluated": ReasonCode(N_("Decided in the yearly evaluation"), _ALL),
    "trade-secret": ReasonCode(N_("Trade secrets"), _NARROWING),
    "privacy": ReasonCode(N_("Personal information"), _NARROWING),
    "secrecy": ReasonCode(N_("State secrets, by the review of secrecy"), _NARROWING),
    "law": ReasonCode(N_("Law or rules changed"), _ALL),
    "merged": ReasonCode(N_("Merged with another dataset"), frozenset({"changed", "withdrawn"})),
    "duplicate": ReasonCode(N_("The city publishes it already"), frozenset({"withdrawn"})),
    "ceased": ReasonCode(N_("No longer collected"), frozenset({"withdrawn"})),
    OTHER: ReasonCode(N_("Other"), _ALL),
}


def fitting(kinds: Iterable[Kind]) -> dict[str, ReasonCode]:
    """Return the codes that explain changes of all these kinds."""
    wanted = frozenset(kinds)
    return {code: one for code, one in REASONS.items() if wanted <= one.kinds}


def demand_fitting(code: str, difference: Difference) -> None:
    """Raise ``open-list-reason-code`` where a code does not explain all changes."""
    kinds = dict.fromkeys(one.kind for one in ordered(difference))
    found = fitting(kinds)
    if code not in found:
        raise AtlasError(
            LIST_REASON_CODE,
            code=Named(code, REASONS[code].label) if code in REASONS else code[:80],
            kinds=named_list_changes(kinds),
            possible=NamedSeveral(tuple(Named(name, one.label) for name, one in found.items())),
        )


def grouped() -> list[tuple[tuple[Kind, ...], list[tuple[str, str]]]]:
    """Return codes with their labels by the changes that they explain, as a form offers them."""
    found: dict[tuple[Kind, ...], list[tuple[str, str]]] = {}
    for code, one in REASONS.items():
        kinds = () if one.kinds == _ALL else tuple(sorted(one.kinds))
        found.setdefault(kinds, []).append((code, one.label))
    return sorted(found.items())
