"""What a relation between two datasets is, with its evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal[
    "replica", "variant", "version", "parallel", "subset", "superset", "schema-overlap", "joinable"
]

KINDS: Final[tuple[Kind, ...]] = (
    "replica",
    "variant",
    "version",
    "subset",
    "superset",
    "parallel",
    "schema-overlap",
    "joinable",
)
"""Every kind, the closest first.

``replica``: the same thing published twice by the same body; ``variant``: the same content in
another form (a file and its interface); ``version``: another period of the same series;
``parallel``: the same template by another body or for another place; ``subset``, ``superset``:
the fields of one are all among the fields of the other; ``schema-overlap``: many fields are the
same; ``joinable``: both have a key data item, so that their rows can be brought together.
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a relation is stated; what does not apply is empty.

    ``subject`` is the common subject of both titles, ``fields`` the names of shared data items as
    the first dataset writes them, ``key_items`` IRIs of ``vocab:key-item``, ``edition`` and
    ``other_edition`` the periods named in the titles (year, month, day), ``place`` and
    ``other_place`` the places in front of them, ``share`` the shared part of the fewer fields.
    """

    subject: str = ""
    fields: tuple[str, ...] = ()
    key_items: tuple[str, ...] = ()
    edition: tuple[int, ...] = ()
    other_edition: tuple[int, ...] = ()
    place: str = ""
    other_place: str = ""
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Relation:
    """One dataset's relation to another; ``weight`` from 0 to 1 orders relations of a kind."""

    kind: Kind
    target: str
    weight: float
    evidence: Evidence
