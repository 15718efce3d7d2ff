"""A pair of records that are, or may be taken for, the same data, with its relation and reasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["replica", "repeats-city", "variant", "edition"]

KINDS: Final[tuple[Kind, ...]] = ("repeats-city", "replica", "edition", "variant")
"""Every relation, the most urgent first.

``replica``: the same data of the same place and period twice, in another form or by another
department; ``repeats-city``: a record of a district (or of whatever smaller place) about what the
place around it publishes as well (R07); ``edition``: the same data of another period;
``variant``: the same kind of data of another place.
"""

ReasonKind = Literal[
    "same-subject",
    "same-fields",
    "same-office",
    "other-office",
    "same-area",
    "area-within",
    "other-area",
    "same-period",
    "other-period",
    "other-form",
]


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that was compared; ``values`` are what the records say, for showing."""

    kind: ReasonKind
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records by IRI, their relation, how sure it is (0 to 1) and why.

    Of ``repeats-city`` ``one`` is the record of the smaller place; otherwise ``one`` is the
    lesser IRI.
    """

    one: str
    other: str
    kind: Kind
    score: float
    reasons: tuple[Reason, ...]
