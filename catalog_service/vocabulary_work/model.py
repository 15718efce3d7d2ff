"""Fields whose values mean concepts, values that no vocabulary knows, and decisions about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from catalog_service.proposals import State, Step
from ontology.concepts import Scheme
from ontology.terms import DCAT, DCT, SHD
from ontology.unmapped_values import UNMAPPED, schemes_of
from translations import N_

Direction = Literal["apply", "undo"]
ToDo = tuple[Direction, Sequence[str]] | None
"""What is to be done with the records of some sources."""


@dataclass(frozen=True, slots=True)
class Field:
    """A property whose values mean concepts."""

    name: str
    predicate: str
    label: str
    """What it is called; marked for translation."""
    schemes: tuple[tuple[Scheme, str], ...]
    """Whose concepts its values may mean, each with the property that such a concept stands under.
    """

    @property
    def unmapped(self) -> str | None:
        """The property that keeps what is not understood; None: it is kept as a node."""
        return None if self.name in _NODES else UNMAPPED[self.predicate]

    def property_of(self, scheme: str) -> str | None:
        """Return the property under which a concept of a scheme stands, or None."""
        return next((prop for name, prop in self.schemes if name == scheme), None)


_NODES: Final[Mapping[str, tuple[str, Scheme]]] = {
    "publisher": (DCT.publisher, "organization"),
    "place": (DCT.spatial, "place"),
}
"""Fields whose unknown values are kept as nodes of their own, with the scheme of their concepts."""

_LABELS: Final[tuple[tuple[str, str, str], ...]] = (
    ("publisher", DCT.publisher, N_("Publisher")),
    ("theme", DCAT.theme, N_("Domain")),
    ("subject", DCT.subject, N_("Topic")),
    ("frequency", DCT.accrualPeriodicity, N_("Update frequency")),
    ("format", DCT.format, N_("Format")),
    ("open-type", DCT.accessRights, N_("Open type")),
    ("place", DCT.spatial, N_("Place")),
    ("sharing-type", SHD.sharingType, N_("Sharing type")),
    ("resource-type", SHD.resourceType, N_("Resource type")),
    ("conditional-reason", SHD.conditionalReason, N_("Reason for conditions")),
    ("security-level", SHD.securityLevel, N_("Security level")),
    ("classification-level", SHD.classificationLevel, N_("Classification level")),
    ("sensitivity", SHD.sensitivity, N_("Sensitivity")),
    ("resource-class", SHD.resourceClass, N_("Resource class")),
    ("library", SHD.library, N_("Library")),
)


def _field(name: str, prop: str, label: str) -> Field:
    if name in _NODES:
        return Field(name, prop, label, ((_NODES[name][1], prop),))
    return Field(name, prop, label, schemes_of(prop))


FIELDS: Final[Mapping[str, Field]] = {name: _field(name, *rest) for name, *rest in _LABELS}
"""By name, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class UnmappedValue:
    """A text that no vocabulary knows, as records give it for a field."""

    field: str
    key: str
    """Its normal form (`ontology.spelling.spelling_key`): spellings of one key are one value."""
    text: str
    """The spelling that most records have."""
    records: int
    sources: Mapping[str, int]
    """Records by source, the source with most of them first."""
    decision: Decision | None = None
    """The last decision about it that waits or is in force."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided that a text means; versioned: it is never changed, only ended."""

    number: int
    field: str
    key: str
    text: str
    source: str | None
    """The source for whose records it holds; None: for all."""
    concept: str | None
    """IRI of the concept; None: the text means none."""
    reason: str
    state: State
    waits_for: str | None
    """Why somebody else must release it: ``opening``, ``setting``, ``right``; None: nobody need."""
    proposed_by: str
    proposed: datetime
    settled_by: str | None = None
    settled: datetime | None = None
    """When it was released, refused or taken back."""
    undone_by: str | None = None
    undone: datetime | None = None
    history: tuple[Step, ...] = ()
    """Who did what to it, the first step first."""
    proposal: int | None = None
    """The proposal of a concept whose release decided it; None: somebody did."""


@dataclass(frozen=True, slots=True)
class Work:
    """Records of one source mapped anew after a decision, or back after it was undone."""

    decision: int
    direction: Direction
    source: str
    state: Literal["waiting", "done", "left"]
    run: str | None
    changed: int
    held: int
    left: int
    """Records that stay as they are until their source is imported again."""
