"""Workbooks of lists: sent, looked at, and what is chosen of them written into the list."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from catalog_service.accounts.service import Action, Principal
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.open_list import service
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.drafting import FromFile, publishers_of, referring
from catalog_service.open_list.errors import (
    LIST_ROW_CHANGED,
    LIST_WORKBOOK_OTHER,
    LIST_YEAR,
    NO_LIST_WORKBOOK,
    UNKNOWN_LIST,
    UNKNOWN_LIST_WORKBOOK,
)
from catalog_service.open_list.exchange.columns import KEY
from catalog_service.open_list.exchange.merging import merged, resolve
from catalog_service.open_list.exchange.model import EditedRow, RowChange, Side, SideRow, Upload
from catalog_service.open_list.exchange.rows import rows_of
from catalog_service.open_list.exchange.sheets import read_sent
from catalog_service.open_list.exchange.stored import (
    find_upload,
    forget_upload,
    keep_upload,
    uploads_of,
)
from catalog_service.open_list.lifecycle import STEPS, not_possible
from catalog_service.open_list.model import GIVEN_UP, Content, ListItem, OpenList
from catalog_service.open_list.seen import said, working_content
from ontology.errors import AtlasError
from ontology.vocabulary import Known

BEGIN: Final = "draft"
"""The step by which a list is begun from a workbook."""
KEPT: Final = timedelta(days=7)
"""That a workbook is kept after it was sent."""
_NAME: Final = 100

Choices = Mapping[str, Mapping[str, Side]]
"""By the key of an item: whose change stands, by field or `exchange.model.WHOLE`."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a workbook would do with the list as it stands."""

    there: OpenList
    now: Content
    """What it is held against: what the list says, or is to say by the amendment that waits."""
    step: str
    """By which it is written: ``edit``, or ``propose`` where the list is published."""
    changes: tuple[RowChange, ...]
    faulty: tuple[EditedRow, ...]
    """Rows with problems: they change nothing."""
    aside: tuple[SideRow, ...]
    """Rows that are no items, and are left out."""
    has_base: bool
    """Whether it says from which content it was made; else it is compared with what stands."""
    is_whole: bool
    """Whether items without a row count as removed."""
    others: tuple[ListItem, ...] = ()
    """Items of other departments, with which no list begins."""

    def of(self, state: str) -> list[RowChange]:
        """Return the changes of one kind."""
        return [one for one in self.changes if one.state == state]


def receive(
    atlas: Service, principal: Principal, name: tuple[str, int], file: str, body: bytes
) -> Upload:
    """Read a workbook for a list, or to begin one from, and keep it.

    Raises as `at_work`, ``no-open-list-workbook``,
    ``open-list-workbook-other`` where it says that it is of another list, and as `read_sent`.
    """
    organization, year = name
    there = at_work(atlas, principal, name)
    begins = step_of(there) == BEGIN
    if not body:
        raise AtlasError(NO_LIST_WORKBOOK)
    shown = file.replace("\\", "/").rpartition("/")[2][-_NAME:] or "workbook"
    items = (there.content if begins else working_content(atlas, there)).items.values()
    sent = read_sent(shown, body, {one.title for one in items})
    other = (sent.organization or organization, sent.year or str(year))
    if begins:
        # Last year's workbook is a beginning, too.
        other = other[0], str(year)
    if other != (organization, str(year)):
        named = atlas.accounts.hierarchy.named(other[0][:200])
        raise AtlasError(LIST_WORKBOOK_OTHER, file=shown, organization=named, year=other[1][:10])
    now = atlas.clock.now()
    upload = Upload(secrets.token_hex(8), name, shown, principal.actor, now, now + KEPT, sent)
    with atlas.journal.writing_tables() as connection:
        principal.anew().require(Action.OPEN_LIST_EDIT, organization)
        keep_upload(connection, upload)
        atlas.audit.append(connection, _told(upload))
    return upload


def at_work(atlas: Service, principal: Principal, name: tuple[str, int]) -> OpenList:
    """Return a list that somebody may write, or an empty one in whose place they may begin it.

    Raises ``right-missing``, and ``unknown-open-list`` where they may not begin one of that year.
    """
    principal.require(Action.OPEN_LIST_EDIT, name[0])
    there = _there(atlas, name)
    if there.steps:
        return there
    try:
        service.demand_to_begin(atlas, principal, *name)
    except AtlasError as error:
        if error.kind is not LIST_YEAR:
            raise
        # There is none, and none is begun.
        return service.get(atlas, *name)
    return there


def _there(atlas: Service, name: tuple[str, int]) -> OpenList:
    """Return a list as it stands; one without steps where none was begun, or it was given up."""
    try:
        found = service.get(atlas, *name)
    except AtlasError as error:
        if error.kind is not UNKNOWN_LIST:
            raise
    else:
        if found.state != GIVEN_UP:
            return found
    return OpenList(*name, "draft", Content({}), ())


def find(atlas: Service, principal: Principal, upload: str) -> Upload:
    """Return a workbook; raises ``unknown-open-list-workbook`` also without a right to it."""
    with atlas.journal.reading_tables() as connection:
        found = find_upload(connection, upload, atlas.clock.now())
    if found is None or not principal.may(Action.OPEN_LIST_EDIT, found.list[0]):
        raise AtlasError(UNKNOWN_LIST_WORKBOOK, upload=upload[:40], days=KEPT.days)
    return found


def kept(atlas: Service, principal: Principal, name: tuple[str, int]) -> list[Upload]:
    """Return the workbooks of a list that are being looked at."""
    principal.require(Action.OPEN_LIST_EDIT, name[0])
    with atlas.journal.reading_tables() as connection:
        return uploads_of(connection, name, atlas.clock.now())


def forget(atlas: Service, principal: Principal, upload: Upload) -> None:
    """Forget a workbook; what was written of it stays."""
    principal.require(Action.OPEN_LIST_EDIT, upload.list[0])
    with atlas.journal.writing_tables() as connection:
        principal.anew().require(Action.OPEN_LIST_EDIT, upload.list[0])
        forget_upload(connection, upload.id)
        atlas.audit.append(connection, _told(upload, "forgotten"))


def preview(atlas: Service, upload: Upload) -> Preview:
    """Return what a workbook would change now, or which items a list would begin with."""
    there = _there(atlas, upload.list)
    if step_of(there) == BEGIN:
        return _beginning(atlas, upload, there)
    now = working_content(atlas, there)
    base = said(atlas, there, upload.sent.base)
    compared = base or now
    rows = rows_of(upload.sent, compared, upload.id)
    # A row that is left out, or that cannot be told apart, may be the one that seems to be gone.
    is_whole = not upload.sent.hidden_rows and not any(one.problems for one in rows)
    found = merged(compared, now, rows, is_whole=is_whole)
    return Preview(
        there,
        now,
        step_of(there),
        tuple(found),
        tuple(one for one in rows if one.problems),
        upload.sent.aside,
        base is not None,
        is_whole,
    )


def _beginning(atlas: Service, upload: Upload, there: OpenList) -> Preview:
    """Return what a list would begin with: rows are told apart by their names alone."""
    columns = {at: field for at, field in upload.sent.columns.items() if field != KEY}
    rows = rows_of(replace(upload.sent, columns=columns), there.content, upload.id)
    found = merged(there.content, there.content, rows)
    own = frozenset(publishers_of(atlas, upload.list[0]))
    changes: list[RowChange] = []
    others: list[RowChange] = []
    for one in found:
        (others if _is_of_others(atlas, one.here, own) else changes).append(one)
    return Preview(
        there,
        there.content,
        BEGIN,
        tuple(changes),
        tuple(one for one in rows if one.problems),
        upload.sent.aside,
        has_base=True,
        is_whole=True,
        others=tuple(one.here for one in others),
    )


def _is_of_others(atlas: Service, item: ListItem, own: frozenset[str]) -> bool:
    """Tell whether a row is another department's: one that is not known may be an own office."""
    found = atlas.vocabulary.find_all("organization", item.provider) if item.provider else []
    known = {one.concept.iri for one in found if isinstance(one, Known)}
    return bool(known) and not known & own


def step_of(there: OpenList) -> str:
    """Return the step by which items of a list are changed as it stands; empty: by none.

    `BEGIN` of one that there is not yet.
    """
    if not there.steps:
        return BEGIN
    steps = [one.name for one in STEPS if there.state in one.come_from]
    return next((one for one in ("edit", "propose") if one in steps), "")


def apply(
    atlas: Service,
    principal: Principal,
    upload: Upload,
    taken: Mapping[str, str] | None,
    choices: Choices,
    reason: str,
    *,
    to_begin: bool = False,
) -> OpenList:
    """Write what is chosen of a workbook, all of it or nothing.

    ``taken``: the marks of the changes that were seen, by key of the item; None: all that nobody
    contradicts. ``to_begin``: it was seen as what a list begins with. Raises ``open-list-there``
    where that was begun meanwhile, ``open-list-row-changed`` where one is not as it was seen,
    ``open-list-row-undecided``, ``open-list-step``, and as `service.edit` and `service.propose`.
    """
    seen = preview(atlas, upload)
    if to_begin:
        service.demand_to_begin(atlas, principal, *upload.list)
    if not seen.step:
        raise not_possible("edit", seen.there.state)
    by_key = {one.key: one for one in seen.changes}
    if taken is None:
        taken = {one.key: one.mark for one in seen.changes if not one.units}
    changes: list[ItemChange] = []
    for key, mark in taken.items():
        change = by_key.get(key)
        if change is None or change.mark != mark:
            title = key[:80] if change is None else change.here.title
            raise AtlasError(LIST_ROW_CHANGED, title=title)
        written = resolve(change, choices.get(key, {}))
        if written is not None:
            changes.append(written)
    if not changes and seen.step != BEGIN:
        return seen.there
    known = {one.key for one in changes} | seen.now.items.keys()
    difference = frozenset(_referring(atlas, upload.list[0], changes, known))
    if seen.step == BEGIN:
        items = Content.of(one.after for one in difference if one.after is not None)
        read = FromFile(items, seen.others, tuple((one.number, one.why) for one in seen.aside))
        return service.draft(atlas, principal, *upload.list, read=read)
    written_by = service.edit if seen.step == "edit" else service.propose
    return written_by(atlas, principal, upload.list, difference, reason)


def _referring(
    atlas: Service, organization: str, changes: list[ItemChange], known: Collection[str]
) -> list[ItemChange]:
    """Let new items that are named as a catalogued dataset refer to it."""
    new = {one.key: one.after for one in changes if one.before is None and one.after is not None}
    fresh = [item for item in new.values() if not item.is_catalogued]
    if not fresh:
        return changes
    others = [one for one in changes if one.key not in {item.key for item in fresh}]
    found = referring(atlas, organization, fresh, known)
    return [*others, *(ItemChange(None, one) for one in found)]


def _told(upload: Upload, what: str = "sent") -> Entry:
    organization, year = upload.list
    return Entry(
        "open_list.workbook",
        f"{organization} {year}",
        organization=organization,
        details={"year": year, "upload": upload.id, "what": what},
    )
