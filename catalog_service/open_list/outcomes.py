"""Lists and their differences as JSON and CSV have them; no names of persons are among them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import get_args

from catalog_service.answers import Shown
from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line
from catalog_service.open_list.comparing import Comparison, Side
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.model import COLUMNS, Content, Version
from translations import Lang, translator


class FieldAnswer(Shown):
    """A field that says something else."""

    field: str
    before: str
    after: str


class ChangeAnswer(Shown):
    """An item that was added, changed, widened, restricted or withdrawn."""

    kind: str
    key: str
    title: str
    fields: list[FieldAnswer]


class ItemAnswer(Shown):
    """An item, in the regulation's words; ``source`` and ``remote_id`` name its dataset."""

    key: str
    title: str
    provider: str
    description: str
    content: str
    scope: str
    open_type: str
    conditions: str
    frequency: str
    form: str
    domain: str
    note: str
    source: str
    remote_id: str


class VersionAnswer(Shown):
    """A published version; ``hash`` is the SHA-256 of what it says."""

    version: int
    hash: str
    in_force: date | None
    """The day from which on it counts; null: it never came into force."""
    announced_for: date | None
    """The day for which it was announced, where it never came into force."""
    replaced_by: int | None
    """The version that counts in its place, where it never came into force."""
    published: datetime


class ListAnswer(Shown):
    """The list of an organization and a year, as it counts today."""

    organization: str
    name: dict[str, str]
    year: int
    version: int
    hash: str
    items: list[ItemAnswer]
    versions: list[VersionAnswer]


class YearLine(Shown):
    """One list of a year."""

    organization: str
    name: dict[str, str]
    version: int
    in_force: date
    items: int


class YearAnswer(Shown):
    """All lists of a year that count today."""

    year: int
    lists: list[YearLine]


class SideAnswer(Shown):
    """One of two that are compared: what it is called, and the hash of what it says."""

    label: dict[str, str]
    hash: str


class ComparisonAnswer(Shown):
    """What differs between two lists of an organization, the earlier one first."""

    organization: str
    year: int
    against: str
    before: SideAnswer
    after: SideAnswer
    counts: dict[str, int]
    changes: list[ChangeAnswer]


def change_answer(change: ItemChange) -> ChangeAnswer:
    """Return a change."""
    fields = [FieldAnswer(field=f.field, before=f.before, after=f.after) for f in change.fields]
    return ChangeAnswer(kind=change.kind, key=change.key, title=change.here.title, fields=fields)


def comparison_answer(found: Comparison) -> ComparisonAnswer:
    """Return a comparison."""
    return ComparisonAnswer(
        organization=found.organization,
        year=found.year,
        against=found.against,
        before=_side_answer(found.before),
        after=_side_answer(found.after),
        counts=found.counts,
        changes=[change_answer(one) for one in found.changes],
    )


def _side_answer(side: Side) -> SideAnswer:
    label = {lang: translator(lang).gettext(side.label, **side.params) for lang in get_args(Lang)}
    return SideAnswer(label=label, hash=side.content.hash)


def item_answers(content: Content) -> list[ItemAnswer]:
    """Return the items of a list, by key."""
    return [ItemAnswer(**asdict(one)) for one in content.items.values()]


def version_answer(version: Version, replaced_by: Version | None) -> VersionAnswer:
    """Return a version without what it says; ``replaced_by``: where it never came into force."""
    return VersionAnswer(
        version=version.number,
        hash=version.content,
        in_force=version.in_force if replaced_by is None else None,
        announced_for=None if replaced_by is None else version.in_force,
        replaced_by=None if replaced_by is None else replaced_by.number,
        published=version.published,
    )


def as_csv(content: Content) -> bytes:
    """Return a list in the regulation's columns, as spreadsheets open it; no cell is a formula."""
    lines = [csv_line(heading for heading, _ in COLUMNS.values())]
    for one in content.items.values():
        lines.append(csv_line(str(getattr(one, name)) for name in COLUMNS))
    return (BYTE_ORDER_MARK + "".join(lines)).encode()
