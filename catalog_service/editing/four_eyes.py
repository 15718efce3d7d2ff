"""Whether somebody else must release a draft, and why."""

from __future__ import annotations

from typing import Literal

from catalog_service.accounts.service import demands_four_eyes
from catalog_service.catalog.admission import may_be_public
from catalog_service.context import Service
from catalog_service.editing.merging import values_of
from catalog_service.editing.model import Draft
from ontology.record import Record
from ontology.terms import SHD

FourEyes = Literal["setting", "opening", "secrecy"]
"""The organization's setting; 非开放 becomes open; a secrecy review is entered or changed."""


def four_eyes(atlas: Service, draft: Draft, before: Record | None) -> FourEyes | None:
    """Return why somebody else must release a draft; None where its writer may."""
    if before is not None and not may_be_public(before) and may_be_public(draft.record):
        return "opening"
    if before is not None and _review(before) != _review(draft.record):
        return "secrecy"
    return "setting" if demands_four_eyes(atlas.journal, draft.organization) else None


def _review(record: Record) -> tuple[tuple[str, ...], ...]:
    nodes = values_of(record, (record.focus, SHD.secrecyReview))
    return tuple(
        values
        for node in nodes
        for values in sorted(
            values_of(record, (node[1:-1], path)) for path in _properties(record, node[1:-1])
        )
    )


def _properties(record: Record, node: str) -> set[str]:
    start = f"<{node}> <"
    return {line[len(start) :].partition(">")[0] for line in record.lines if line.startswith(start)}
