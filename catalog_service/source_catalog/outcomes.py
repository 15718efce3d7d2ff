"""Data items, their changes and conflicts as JSON, for commands and routes alike."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from catalog_service.source_catalog.linked_data import item_iri
from catalog_service.source_catalog.model import (
    Action,
    Conflict,
    ConflictKind,
    ImportResult,
    ItemChange,
    ItemDifference,
    SourceItem,
    StoredItem,
    Text,
    UnknownDepartment,
)
from catalog_service.source_catalog.service import RULE
from ontology.errors import AtlasError


class ClaimAnswer(BaseModel):
    """A data item as its department claims it."""

    item: str
    department: str
    source: str
    mechanism: str
    quality: str
    use: str


class ItemAnswer(ClaimAnswer):
    """A data item with the department that it comes from."""

    id: str
    iri: str
    key: str
    version: int
    changed: datetime


class DepartmentAnswer(BaseModel):
    """A department of the vocabulary that may be meant."""

    iri: str
    name: dict[str, str]


class OutsideAnswer(BaseModel):
    """A department's name that the vocabulary does not know, and those that may be meant."""

    name: str
    count: int
    nearest: list[DepartmentAnswer]


class EditedAnswer(BaseModel):
    """What an edit did: ``created``, ``updated`` or ``unchanged``.

    ``outside`` tells that the vocabulary does not know the department: the name stands for itself.
    """

    status: str
    item: ItemAnswer
    outside: OutsideAnswer | None = None


class ChangeAnswer(ClaimAnswer):
    """One change; who and why is told to stewards only. Of a removal, what was removed."""

    version: int
    action: Action
    time: datetime
    actor: str | None = None
    reason: str | None = None


class HistoryAnswer(BaseModel):
    """Every change of a data item, the oldest first."""

    id: str
    iri: str
    changes: list[ChangeAnswer]


class TextAnswer(BaseModel):
    """A text that an import changes."""

    name: Text
    before: str
    after: str


class DifferenceAnswer(BaseModel):
    """A data item that an import adds or changes, text by text."""

    id: str
    action: Action
    item: str
    department: str
    texts: list[TextAnswer]


class ErrorAnswer(BaseModel):
    """Why a row was not taken in, and where it stands."""

    code: str
    message: dict[str, str]
    file: str | None
    line: int | None


class RepeatedAnswer(BaseModel):
    """A row of which a later one of the same claim takes the place."""

    line: int | None
    item: str
    department: str
    later_line: int | None
    later_item: str
    later_department: str


class ImportAnswer(BaseModel):
    """What an import did, or with ``dry_run`` would do.

    ``untouched`` items of the catalogue are not in the table, and stay. ``state`` is that of the
    catalogue before. ``outside`` are departments that the vocabulary does not know.
    """

    dry_run: bool
    created: int
    updated: int
    unchanged: int
    untouched: int
    rejected: int
    state: int
    differences: list[DifferenceAnswer]
    errors: list[ErrorAnswer]
    repeated: list[RepeatedAnswer]
    outside: list[OutsideAnswer]


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


def item_answer(stored: StoredItem, base: str) -> ItemAnswer:
    """Return a data item as JSON; ``base`` is that of IRIs."""
    return ItemAnswer(
        id=stored.id,
        iri=item_iri(base, stored.id),
        key=stored.key,
        version=stored.version,
        changed=stored.changed,
        **_texts(stored.claim),
    )


def change_answer(change: ItemChange, *, steward: bool) -> ChangeAnswer:
    """Return a change as JSON, to a steward with who made it and why."""
    return ChangeAnswer(
        version=change.version,
        action=change.action,
        time=change.time,
        actor=change.actor if steward else None,
        reason=change.reason if steward else None,
        **_texts(change.claim),
    )


def import_answer(result: ImportResult, *, dry_run: bool) -> ImportAnswer:
    """Return what an import did, or would do, as JSON."""
    return ImportAnswer(
        dry_run=dry_run,
        created=result.created,
        updated=result.updated,
        unchanged=result.unchanged,
        untouched=result.untouched,
        rejected=len(result.errors),
        state=result.state,
        differences=[_difference(one) for one in result.differences],
        errors=[_error(error) for error in result.errors],
        repeated=[
            RepeatedAnswer(
                line=one.row.line,
                item=one.row.claim.item,
                department=one.row.claim.department,
                later_line=one.later.line,
                later_item=one.later.claim.item,
                later_department=one.later.claim.department,
            )
            for one in result.repeated
        ],
        outside=[_outside(one) for one in result.outside],
    )


def edited_answer(
    status: str, stored: StoredItem, base: str, outside: UnknownDepartment | None
) -> EditedAnswer:
    """Return what an edit did as JSON; ``outside`` where the vocabulary lacks the department."""
    return EditedAnswer(
        status=status,
        item=item_answer(stored, base),
        outside=None if outside is None else _outside(outside),
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


def _outside(one: UnknownDepartment) -> OutsideAnswer:
    return OutsideAnswer(
        name=one.name,
        count=one.count,
        nearest=[
            DepartmentAnswer(iri=near.iri, name={"zh": near.zh, "en": near.en})
            for near in one.nearest
        ],
    )


def _texts(claim: SourceItem) -> dict[str, str]:
    return {
        "item": claim.item,
        "department": claim.department,
        "source": claim.source,
        "mechanism": claim.mechanism,
        "quality": claim.quality,
        "use": claim.use,
    }


def _difference(one: ItemDifference) -> DifferenceAnswer:
    return DifferenceAnswer(
        id=one.id,
        action=one.action,
        item=one.claim.item,
        department=one.claim.department,
        texts=[TextAnswer(name=t.name, before=t.before, after=t.after) for t in one.texts],
    )


def _error(error: AtlasError) -> ErrorAnswer:
    return ErrorAnswer(
        code=error.code,
        message={"zh": error.message("zh"), "en": error.message("en")},
        file=error.place.file if error.place else None,
        line=error.place.line if error.place else None,
    )
