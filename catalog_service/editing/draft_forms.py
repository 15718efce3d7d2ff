"""What the form of a draft says: its entries, with the button that was pressed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalog_service.context import Service
from catalog_service.editing.errors import FORM_INCOMPLETE
from catalog_service.editing.form_fields import Entry, read_entries
from catalog_service.editing.forms import form_writer
from catalog_service.editing.model import Contradiction, Side, Unit
from catalog_service.editing.pasted_rows import add_rows
from catalog_service.errors import PARAMETER_INVALID
from ontology.errors import AtlasError
from ontology.record import Record
from shapes.form_shapes import dataset_form

ROWS_ADDED: Final = 5
"""Empty rows that a table grows by."""

SIDES: Final[tuple[Side, ...]] = ("mine", "theirs", "both")


@dataclass(frozen=True, slots=True)
class DraftForm:
    """A form of a draft as it was sent."""

    version: int
    complete: bool
    action: str
    target: str
    """The name of the field or row that the button is of."""
    entries: Entry


def read_form(form: Mapping[str, str]) -> DraftForm:
    """Return what a form says; raises ``form-incomplete`` and ``parameter-invalid``."""
    if form.get("whole") != "yes":
        raise AtlasError(FORM_INCOMPLETE)
    action, _, target = form.get("action", "save").partition(":")
    entries = read_entries(form)
    if action == "remove":
        entries.remove(target)
    elif action in ("up", "down"):
        entries.move(target, -1 if action == "up" else 1)
    elif action == "paste":
        field = dataset_form().root.field(target)
        if field is None or field.node is None:
            raise AtlasError(
                PARAMETER_INVALID, name="action", value=target[:80], expected="dataItem"
            )
        add_rows(entries, target, field.node, form.get("paste", ""))
    return DraftForm(version_of(form), form.get("all") == "yes", action, target, entries)


def version_of(form: Mapping[str, str]) -> int:
    """Return the version that a form began from; raises ``parameter-invalid``."""
    given = form.get("version", "")
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise AtlasError(PARAMETER_INVALID, name="version", value=given[:80], expected="1, 2, 3 …")
    return int(given)


def written(atlas: Service, before: Record, sent: DraftForm) -> Record:
    """Return the record of the version that a form began from, with what the form says."""
    return form_writer(atlas).write(before, sent.entries, complete=sent.complete)


def added(target: str) -> Mapping[str, int]:
    """Return how many empty places a form shows after a button that adds to a field."""
    field = dataset_form().root.field(target)
    return {target: ROWS_ADDED if field is not None and field.table else 1}


def choices(
    form: Mapping[str, str], contradictions: tuple[Contradiction, ...], version: int
) -> dict[Unit, Side]:
    """Return what was chosen of contradictions, if these are still the ones that were shown."""
    if form.get("against") != str(version):
        return {}
    return {
        one.unit: side
        for number, one in enumerate(contradictions)
        for side in SIDES
        if form.get(f"choose.{number}") == side
    }
