"""Workbooks of datasets: sent, matched, looked at, and what is chosen of them made into drafts."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

import pyoxigraph as ox

from catalog_service.accounts.service import Action as Right
from catalog_service.accounts.service import Principal
from catalog_service.audit.model import Entry
from catalog_service.context import Service
from catalog_service.editing import service
from catalog_service.editing.desk_records import PART
from catalog_service.editing.desks import desk_of
from catalog_service.editing.errors import (
    CELL_TOO_LONG,
    NO_DATASET_HEADINGS,
    ROW_CHANGED,
    ROW_UNDECIDED,
    UNKNOWN_IMPORT,
    WORKBOOK_TOO_LONG,
    WORKBOOK_TOO_WIDE,
)
from catalog_service.editing.graph import RecordGraph
from catalog_service.editing.stored_workbooks import StoredWorkbooks, UploadLine
from catalog_service.editing.workbook_columns import column_of
from catalog_service.editing.workbook_matching import guess, headings, matched
from catalog_service.editing.workbook_model import ImportRow, KeptSheet, Match, Upload
from catalog_service.editing.workbook_preview import Choices, preview
from harvesters.limits import Limits
from harvesters.readers.files import Input
from harvesters.readers.open_list_header import SEARCHED_ROWS, heading_key
from harvesters.readers.workbook_tables import cell_text, column_letters, workbook_tables
from ontology.canonical import canonical_record
from ontology.errors import AtlasError
from ontology.limits import MIB
from ontology.record import Record, mint_iri
from ontology.terms import DCT

MAX_UPLOAD: Final = 8 * MIB
"""Bytes of a workbook."""
SENT: Final = Limits(document=64 * MIB, cells=1_000_000)
"""What a workbook may unpack to, and how many cells a sheet of it may span."""
SECONDS: Final = 60
"""That reading one may take."""
MOST_ROWS: Final = PART
"""Datasets of a workbook; a sheet of parts may have twenty times as many rows."""
MOST_COLUMNS: Final = 300
"""Of the sheet of datasets: each is a list to choose from on the page."""
LONGEST: Final = 32_767
"""Characters of a cell, as in spreadsheet programs."""
KEPT: Final = timedelta(days=7)
"""That a workbook is kept after it was sent."""

_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the rows that were chosen: drafts by the number of the row, and refusals."""

    drafts: Mapping[int, str]
    refused: Mapping[int, AtlasError]


def receive(
    atlas: Service, principal: Principal, organization: str, name: str, content: bytes
) -> Upload:
    """Read a workbook, and keep it.

    Raises ``right-missing``, ``no-dataset-headings``, ``workbook-too-long``,
    ``workbook-too-wide``, ``cell-too-long``, and what
    `harvesters.readers.workbook_tables` refuses.
    """
    principal.require(Right.DATASET_EDIT, organization)
    shown = name.replace("\\", "/").rpartition("/")[2][-_NAME:] or "workbook"
    read = workbook_tables(Input(shown, content=content), SENT, SECONDS)
    told = {one.params.get("sheet") for one in read.notes}
    sheets = tuple(
        KeptSheet(
            one.name,
            tuple((number, _texts(one.name, number, cells)) for number, cells in one.rows),
            one.merged,
            one.hidden_rows,
            one.hidden_columns,
            one.without_value,
            one.name not in told,
        )
        for one in read.sheets
    )
    with atlas.journal.reading_tables() as connection:
        remembered = StoredWorkbooks(connection).headings(organization)
    # What was chosen once must not keep a list out in which columns can be chosen anew.
    match = guess(sheets, remembered) or guess(sheets, {})
    if match is None:
        raise AtlasError(NO_DATASET_HEADINGS, file=shown, searched=SEARCHED_ROWS)
    for one in sheets:
        if one.name == match.sheet:
            _demand_length(shown, one, match.header, MOST_ROWS)
            _demand_width(shown, one, match)
        else:
            _demand_length(shown, one, 0, 20 * MOST_ROWS)
    now = atlas.clock.now()
    upload = Upload(
        secrets.token_hex(8),
        organization,
        shown,
        principal.actor,
        now,
        now + KEPT,
        sheets,
        read.hidden,
        match,
    )
    with atlas.journal.writing_tables() as connection:
        StoredWorkbooks(connection).keep(upload, now)
        atlas.audit.append(connection, _told("dataset.import", upload))
    return upload


def _demand_length(name: str, sheet: KeptSheet, header: int, limit: int) -> None:
    count = sum(number > header and any(cells) for number, cells in sheet.rows)
    if count > limit:
        raise AtlasError(WORKBOOK_TOO_LONG, file=name, count=count, limit=limit)


def _demand_width(name: str, sheet: KeptSheet, match: Match) -> None:
    count = len(headings(sheet, match))
    if count > MOST_COLUMNS:
        raise AtlasError(
            WORKBOOK_TOO_WIDE, file=name, sheet=sheet.name, count=count, limit=MOST_COLUMNS
        )


def _texts(sheet: str, number: int, cells: Sequence[object]) -> tuple[str, ...]:
    texts = tuple(map(cell_text, cells))
    for position, text in enumerate(texts):
        if len(text) > LONGEST:
            raise AtlasError(
                CELL_TOO_LONG,
                cell=f"{column_letters(position)}{number}",
                sheet=sheet,
                count=len(text),
                limit=LONGEST,
            )
    return texts


def find(atlas: Service, principal: Principal, upload_id: str) -> Upload:
    """Return a workbook; raises ``unknown-import`` also where somebody has no right to it."""
    with atlas.journal.reading_tables() as connection:
        found = StoredWorkbooks(connection).find(upload_id, atlas.clock.now())
    if found is None or not principal.may(Right.DATASET_EDIT, found.organization):
        raise AtlasError(UNKNOWN_IMPORT, upload=upload_id[:40], days=KEPT.days)
    return found


def kept(atlas: Service, principal: Principal) -> list[UploadLine]:
    """Return the workbooks of the organizations for which somebody may edit."""
    organizations = principal.organizations(Right.DATASET_EDIT)
    with atlas.journal.reading_tables() as connection:
        return StoredWorkbooks(connection).lines(organizations, atlas.clock.now())


def forget(atlas: Service, principal: Principal, upload: Upload) -> None:
    """Forget a workbook; drafts that were made from it stay."""
    principal.require(Right.DATASET_EDIT, upload.organization)
    with atlas.journal.writing_tables() as connection:
        StoredWorkbooks(connection).forget(upload.id)
        atlas.audit.append(connection, _told("dataset.import", upload, "forgotten"))


def rematch(
    atlas: Service,
    principal: Principal,
    upload: Upload,
    sheet: str,
    header: int,
    columns: Mapping[int, str],
) -> Upload:
    """Take what somebody says that a workbook means, and remember the headings.

    Of another sheet or row than before the headings are looked at anew. Raises ``right-missing``,
    ``workbook-too-long``, ``workbook-too-wide``.
    """
    principal.require(Right.DATASET_EDIT, upload.organization)
    found = upload.sheet(sheet)
    before = upload.match
    if found is None:
        return upload
    _demand_length(upload.name, found, header, MOST_ROWS)
    with atlas.journal.writing_tables() as connection:
        store = StoredWorkbooks(connection)
        if (sheet, header) != (before.sheet, before.header):
            match = matched(found, header, store.headings(upload.organization))
            _demand_width(upload.name, found, match)
        else:
            match = Match(sheet, header, _each_once(columns))
            chosen = {
                heading_key(one.text): match.columns.get(one.position, "")
                for one in headings(found, match)
                if one.text and match.columns.get(one.position) != before.columns.get(one.position)
            }
            store.remember(upload.organization, chosen, principal.actor, atlas.clock.now())
        store.rematch(upload.id, match)
        atlas.audit.append(connection, _told("dataset.import", upload, "matched"))
    return replace(upload, match=match)


def _each_once(columns: Mapping[int, str]) -> dict[int, str]:
    found: dict[int, str] = {}
    for position, key in sorted(columns.items()):
        if column_of(key) is not None and key not in found.values():
            found[position] = key
    return found


def apply(
    atlas: Service,
    principal: Principal,
    upload: Upload,
    marks: Mapping[int, str],
    choices: Choices,
) -> Applied:
    """Make drafts of the rows that were chosen, or put them into the open drafts.

    ``marks`` are those of the rows as they were shown: a row of which anything is otherwise now is
    refused (``row-changed``), and so is one whose contradictions are not all decided. Raises
    ``right-missing``.
    """
    principal.require(Right.DATASET_EDIT, upload.organization)
    found = preview(atlas, upload, choices, set(marks))
    drafts: dict[int, str] = {}
    refused: dict[int, AtlasError] = {}
    for row in found.rows:
        try:
            if row.mark == marks[row.number] and row.state == "conflict":
                raise AtlasError(ROW_UNDECIDED, row=row.number)
            if row.mark != marks[row.number] or row.state not in ("new", "changed"):
                raise AtlasError(ROW_CHANGED, row=row.number)
            drafts[row.number] = _written(atlas, principal, upload, row)
        except AtlasError as error:
            refused[row.number] = error
    return Applied(drafts, refused)


def _written(atlas: Service, principal: Principal, upload: Upload, row: ImportRow) -> str:
    """Write one row as a draft; return the draft's identifier."""
    assert row.after is not None
    if row.before is None:
        record = row.after
        if not row.remote_id:
            record = _renamed(atlas, record)
        return service.begin_with(atlas, principal, upload.organization, record).id
    if row.draft is not None:
        draft = service.read(atlas, principal, row.draft)
    else:
        desk = desk_of(atlas.vocabulary, upload.organization)
        draft = service.begin_from(atlas, principal, desk, row.remote_id)
    if draft.record.nquads != row.before.nquads:
        raise AtlasError(ROW_CHANGED, row=row.number)
    saved = service.save(atlas, principal, draft, row.after, version=draft.version)
    if not saved.is_written:
        raise AtlasError(ROW_CHANGED, row=row.number)
    return draft.id


def _renamed(atlas: Service, record: Record) -> Record:
    """Return a new dataset under an identifier of its own."""
    remote_id = service.new_remote_id(atlas)
    iri = mint_iri(atlas.settings.base_iri, record.source, remote_id)
    graph = RecordGraph(record)
    own = [one for one in graph.subjects() if one.partition("#")[0] == record.iri]
    graph.rename({one: iri + one[len(record.iri) :] for one in own})
    graph.put(iri, DCT.identifier, [ox.Literal(remote_id)])
    return canonical_record(graph.triples(), iri=iri, source=record.source, remote_id=remote_id)


def _told(action: str, upload: Upload, what: str = "sent") -> Entry:
    return Entry(
        action,
        f"workbook:{upload.id}",
        organization=upload.organization,
        details={"what": what},
    )
