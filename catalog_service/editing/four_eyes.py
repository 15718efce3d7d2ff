"""Whether somebody else must release a draft, and why: what the draft changes."""

from __future__ import annotations

from catalog_service.accounts.service import Action, Why
from catalog_service.accounts.service import four_eyes as demanded
from catalog_service.catalog.admission import may_be_public
from catalog_service.context import Service
from catalog_service.editing.merging import values_of
from catalog_service.editing.model import Draft
from ontology.record import Record
from ontology.terms import SHD


def four_eyes(atlas: Service, draft: Draft, before: Record | None) -> Why | None:
    """Return why somebody else must release a draft; None where its writer may."""
    reviewed = () if before is None else _review(before)
    return demanded(
        atlas.journal,
        draft.organization,
        opens=before is not None and not may_be_public(before) and may_be_public(draft.record),
        reviews_secrecy=_review(draft.record) != reviewed,
    )


def rights_to_release(why: Why | None) -> tuple[Action, ...]:
    """Return what somebody must be allowed over an organization to release a draft.

    To let in a review of secrecy, or what opens a dataset, is to review secrecy, as for versions
    that are held.
    """
    secrecy = why in ("opening", "secrecy")
    return (Action.DATASET_RELEASE, *((Action.SECRECY_REVIEW,) if secrecy else ()))


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
