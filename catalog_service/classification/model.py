"""What is known of classes, conditions, agreements and reviews."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from ontology.languages import Texts
from translations import N_

OpenType = Literal["unconditional", "conditional", "none"]
OPEN_TYPES: Final[tuple[OpenType, ...]] = ("unconditional", "conditional", "none")

TextKind = Literal["guide", "conditions", "agreement"]
GUIDE: Final = "guide"
"""The key of the guide's table: there is one."""

ReviewKind = Literal["secrecy", "expert"]
REVIEW_KINDS: Final[dict[ReviewKind, str]] = {
    "secrecy": N_("Secrecy review"),
    "expert": N_("Opinion of the expert committee"),
}


@dataclass(frozen=True, slots=True)
class Level:
    """A level of the guide, as the operator's table has it: nothing of it is built in."""

    code: str
    name: Texts
    definition: Texts
    open_type: OpenType | None
    """To which the table maps it; None: it does not say."""


@dataclass(frozen=True, slots=True)
class Conditions:
    """A template of conditions of use."""

    name: Texts
    text: Texts
    industry: str
    """IRI of an industry (GB/T 4754); empty: for all."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A template of an agreement: Markdown with fields (`fields.py` beside this)."""

    name: Texts
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """When and from where a text came."""

    key: str
    number: int
    in_force: date
    origin: str
    entered: datetime


@dataclass(frozen=True, slots=True)
class Guide:
    """A version of the guide's table."""

    version: Version
    levels: tuple[Level, ...]

    def level(self, code: str) -> Level | None:
        """Return a level by its code."""
        return next((one for one in self.levels if one.code == code), None)


@dataclass(frozen=True, slots=True)
class ConditionsVersion:
    """A version of a template of conditions."""

    version: Version
    template: Conditions


@dataclass(frozen=True, slots=True)
class AgreementVersion:
    """A version of a template of an agreement."""

    version: Version
    template: Agreement


@dataclass(frozen=True, slots=True)
class DatasetClass:
    """To which level a dataset was put, and what follows for who uses it."""

    dataset: str
    source: str
    level: str
    guide_version: int
    conditions: tuple[str, ...]
    agreement: str
    reason: str
    actor: str
    time: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """A review of secrecy, or an opinion of the expert committee."""

    number: int
    dataset: str
    source: str
    kind: ReviewKind
    held_on: date
    outcome: OpenType
    reason: str
    actor: str
    time: datetime
    confirmed_by: str | None
    confirmed: datetime | None


@dataclass(frozen=True, slots=True)
class Filing:
    """An agreement of a dataset that was filed."""

    dataset: str
    agreement: str
    version: int
    filed_on: date
    reference: str
    time: datetime
    """When it was entered here."""


@dataclass(frozen=True, slots=True)
class DatasetTerms:
    """What of a dataset's class everybody may know: no reason, no name, no opinion."""

    level: Level
    guide: Version
    """The table by which it was classed."""
    conditions: tuple[ConditionsVersion, ...]
    agreement: AgreementVersion | None
    filed_on: date | None
    """The newest day on which its agreement was filed."""
    reviewed_on: date | None
    """The newest day of a confirmed review of secrecy that lets it be open."""
