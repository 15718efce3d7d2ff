"""Data items and conflicts as JSON, for commands and routes alike."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from catalog_service.source_catalog.model import Conflict, ConflictKind, StoredItem
from catalog_service.source_catalog.service import RULE


class ItemAnswer(BaseModel):
    """A data item with the department that it comes from."""

    key: str
    item: str
    department: str
    source: str
    mechanism: str
    quality: str
    use: str
    changed: datetime


class DatasetAnswer(BaseModel):
    """A dataset that has a data item of another department."""

    iri: str
    title: str
    publishers: list[str]


class ConflictAnswer(BaseModel):
    """What contradicts "one number, one source"."""

    kind: ConflictKind
    rule: str
    item: str
    departments: list[str]
    datasets: list[DatasetAnswer]


def item_answer(stored: StoredItem) -> ItemAnswer:
    """Return a data item as JSON."""
    claim = stored.claim
    return ItemAnswer(
        key=stored.key,
        item=claim.item,
        department=claim.department,
        source=claim.source,
        mechanism=claim.mechanism,
        quality=claim.quality,
        use=claim.use,
        changed=stored.changed,
    )


def conflict_answer(conflict: Conflict) -> ConflictAnswer:
    """Return a conflict as JSON."""
    return ConflictAnswer(
        kind=conflict.kind,
        rule=RULE,
        item=conflict.item,
        departments=list(conflict.departments),
        datasets=[
            DatasetAnswer(iri=iri, title=title, publishers=list(publishers))
            for iri, (title, publishers) in conflict.datasets.items()
        ],
    )
