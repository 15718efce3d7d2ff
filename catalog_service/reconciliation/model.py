"""What is reconciled: things of four types, and questions about them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from catalog_service.datasets.model import Description
from ontology.concepts import Scheme
from ontology.languages import Texts, pick
from translations import N_, Lang

Kind = Literal["organization", "place", "theme", "dataset"]
KINDS: Final[Mapping[Kind, str]] = {
    "organization": N_("Organisation"),
    "place": N_("Place"),
    "theme": N_("Data domain"),
    "dataset": N_("Dataset"),
}
"""The types, with their names marked for translation."""

SCHEMES: Final[Mapping[Kind, Scheme]] = {
    "organization": "organization",
    "place": "place",
    "theme": "domain",
}
FACETS: Final[Mapping[Kind, str]] = {
    "organization": "publisher",
    "place": "district",
    "theme": "theme",
}

EXACT: Final = 100.0
"""Score of what has the very name, or one that counts as the same."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing; its ``id`` is its IRI."""

    id: str
    kind: Kind
    label: Texts
    note: Texts = field(default_factory=dict)
    """What tells it from others of its name."""
    description: Description | None = None
    """Of a dataset, where it was read."""

    def name(self, lang: Lang) -> str:
        """Return its name in a language."""
        return pick(self.label, lang) or self.id


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be reconciled: a text, and what is known beside it."""

    text: str
    kinds: tuple[Kind, ...]
    limit: int
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Identifiers of properties, each with the texts or IRIs that it should have."""


@dataclass(frozen=True, slots=True)
class Match:
    """A candidate with its score, 0 to `EXACT`."""

    entity: Entity
    score: float
    certain: bool = False
    """Whether it can be taken without a look at it."""
