"""Names of departments that the vocabulary does not know, and those that may be meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from catalog_service.reconciliation.service import nearest_organizations
from catalog_service.source_catalog.model import UnknownDepartment
from ontology.concepts import Known
from ontology.vocabulary import Vocabulary

OFFERED: Final = 3
"""Departments that are offered for one name."""

_LOOKED_UP: Final = 200
"""Different names of one table for which others are looked up; more is a table of another kind."""


def unknown_departments(vocabulary: Vocabulary, names: Iterable[str]) -> list[UnknownDepartment]:
    """Return the names outside the vocabulary, in their order, each with what may be meant.

    Such a name stands for itself: under another name of the same department it is another claim.
    """
    counts = Counter(names)
    unknown = [
        name
        for name in counts
        if name.strip() and not isinstance(vocabulary.find("organization", name), Known)
    ]
    return [
        UnknownDepartment(
            name,
            counts[name],
            tuple(nearest_organizations(vocabulary, name, OFFERED)) if at < _LOOKED_UP else (),
        )
        for at, name in enumerate(unknown)
    ]


def unknown_department(vocabulary: Vocabulary, name: str) -> UnknownDepartment | None:
    """Return what may be meant by a name outside the vocabulary; None where it is in it."""
    return next(iter(unknown_departments(vocabulary, [name])), None)
