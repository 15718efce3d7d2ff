"""The header of an open list: finding it, also below title rows, and mapping its columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, cached_property
from typing import Any, Final

from harvesters.errors import HEADER_MISSING, UNKNOWN_COLUMN
from harvesters.mapping.access_labels import HINT, LEVEL, LEVELS, OPEN_TYPE, access_target
from harvesters.mapping.mapping_files import read_toml, targets
from harvesters.mapping.value_parsing import as_text
from harvesters.privacy.personal_data import masked
from harvesters.readers.side_rows import why_aside
from harvesters.readers.unknown_fields import printable
from ontology.errors import AtlasError, FilePosition

SEARCHED_ROWS: Final = 20
"""A header must come within this many rows."""

_MARKS = re.compile(r"[\s*＊:：]+")
_NOTE = re.compile(r"[（(](?:必填|选填|可选|非必填|必选)[)）]")
_YEAR = re.compile(r"(20\d{2})\s*年?")


@dataclass(frozen=True)
class Header:
    """The columns of a list and the targets that they give.

    ``columns`` are the headings as found, ``targets`` maps a target of ``profile.toml`` to column
    indices, ``identity`` is the index of the column of stable codes.
    """

    name: str
    line: int
    columns: tuple[str, ...]
    targets: Mapping[str, tuple[int, ...]]
    identity: int | None
    year: int | None

    @cached_property
    def access(self) -> Mapping[str, tuple[int, ...]]:
        """Columns besides those of `targets` that are, or may be, about access."""
        used = {position for positions in self.targets.values() for position in positions}
        found: dict[str, tuple[int, ...]] = {}
        for position, label in enumerate(self.columns):
            target = access_target(label) if label and position not in used else None
            if target is not None:
                found[target] = (*found.get(target, ()), position)
        for level in LEVELS:
            if level in self.targets:
                found[LEVEL] = (*found.get(LEVEL, ()), *self.targets[level])
        return found

    def says_access(self, position: int) -> bool:
        """Tell whether a column may be about access."""
        own = self.targets.get(OPEN_TYPE, ())
        return position in own or any(position in found for found in self.access.values())


def heading_key(label: object) -> str:
    """Return a heading as it is compared: without case, width, spaces, and notes as （必填）."""
    text = unicodedata.normalize("NFKC", as_text(label)).casefold()
    return _MARKS.sub("", _NOTE.sub("", text))


_UNNAMED: Final = frozenset({"序号", "行号", "no", "no.", "#"})
"""Columns that number the rows; their content is ignored without a warning."""
_LIKE: Final = 3
_SHOWN: Final = 60
MAX_REPORTED: Final = 20


def unknown_columns(header: Header, name: str) -> list[AtlasError]:
    """Return a warning for each column whose content is not kept, the first `MAX_REPORTED`.

    ``name`` is the file's, or the file's and the sheet's.
    """
    used = {position for positions in header.targets.values() for position in positions}
    for target, positions in header.access.items():
        used.update(positions if target != HINT else ())
    unknown = [
        (position, label)
        for position, label in enumerate(header.columns)
        if label
        and position not in used
        and position != header.identity
        and heading_key(label) not in _UNNAMED
    ]
    return [
        AtlasError(
            UNKNOWN_COLUMN,
            place=FilePosition(name, header.line, position + 1),
            column=printable(label),
            known="、".join(_columns_like(label)),
        )
        for position, label in unknown[:MAX_REPORTED]
    ]


def unnamed_column(position: int, place: FilePosition) -> AtlasError:
    """Return the warning for a column that has content but no heading."""
    return AtlasError(
        UNKNOWN_COLUMN,
        place=FilePosition(place.file, place.line, position + 1),
        column=f"{position + 1}",
        known="、".join(_columns_like("")),
    )


_CHIEF: Final = ("title", "description", "publisher", "open_type", "frequency", "theme", "fields")
"""Targets whose usual headings are suggested where no known heading is similar."""


def _columns_like(label: str) -> list[str]:
    labels = _lists().labels
    known = {heading_key(one): one for of_one in labels.values() for one in of_one}
    found = get_close_matches(heading_key(label)[:_SHOWN], known, _LIKE, 0.5)
    return [known[one] for one in found] or [labels[target][0] for target in _CHIEF]


class _Lists:
    """``open_list.toml`` with its labels normalized."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.headers: list[Mapping[str, Any]] = list(data.get("header", ()))
        self.identity = [heading_key(label) for label in data["identity"]["labels"]]
        self.synonyms = {
            target: [heading_key(label) for label in labels]
            for target, labels in data["synonyms"].items()
        }
        self.labels: Mapping[str, Sequence[str]] = data["synonyms"]
        self.titles: Sequence[str] = data["synonyms"]["title"]
        unknown = set(self.synonyms) - set(targets())
        assert not unknown, unknown


@cache
def _lists() -> _Lists:
    return _Lists(read_toml("open_list.toml"))


def known_headings() -> Mapping[str, Sequence[str]]:
    """Return the headings of each target of ``profile.toml``, as `heading_key` makes them."""
    return _lists().synonyms


def identity_headings() -> Sequence[str]:
    """Return the headings of columns of stable codes, as `heading_key` makes them."""
    return _lists().identity


def find_header(rows: Iterable[tuple[int, Sequence[object]]]) -> Header | None:
    """Return the header among the first rows, given as line and cells, or None."""
    year: int | None = None
    for count, (number, cells) in enumerate(rows):
        if count >= SEARCHED_ROWS:
            return None
        header = _match(number, cells, year)
        if header is not None:
            return header
        for cell in cells:
            found = _YEAR.search(as_text(cell))
            if found is not None and year is None:
                year = int(found.group(1))
    return None


def _match(number: int, cells: Sequence[object], year: int | None) -> Header | None:
    columns = tuple(as_text(cell) for cell in cells)
    index: dict[str, int] = {}
    for position, label in enumerate(columns):
        if label:
            index.setdefault(heading_key(label), position)
    if len(index) < 2:
        return None
    lists = _lists()
    for entry in lists.headers:
        if all(heading_key(label) in index for label in entry["columns"]):
            found = {
                target: tuple(
                    index[heading_key(label)] for label in labels if heading_key(label) in index
                )
                for target, labels in entry["labels"].items()
            }
            identity = next((index[heading_key(label)] for label in entry["identity"]), None)
            # Columns that were added to a known list say what they say anywhere.
            used = {identity, *(at for positions in found.values() for at in positions)}
            free = {label: at for label, at in index.items() if at not in used}
            found = {**_by_labels(free), **found}
            return Header(entry["name"], number, columns, found, identity, entry.get("year", year))
    return _by_synonyms(number, columns, index, year)


def _by_synonyms(
    number: int, columns: tuple[str, ...], index: dict[str, int], year: int | None
) -> Header | None:
    free = dict(index)
    identity = next((free.pop(label) for label in _lists().identity if label in free), None)
    found = _by_labels(free)
    if "title" not in found or len(found) < 2:
        return None
    return Header("synonyms", number, columns, found, identity, year)


def _by_labels(free: dict[str, int]) -> dict[str, tuple[int, ...]]:
    """Return the columns that synonyms name, which are taken out of ``free``."""
    found: dict[str, tuple[int, ...]] = {}
    for target, labels in _lists().synonyms.items():
        # One column per target; the other headings stay free for other targets.
        chosen = next((label for label in labels if label in free), None)
        if chosen is not None:
            found[target] = (free.pop(chosen),)
    return found


def header_missing(name: str, rows: Sequence[tuple[int, Sequence[object]]]) -> AtlasError:
    """Return the error for a list without a header: what was found, what was expected.

    It repeats nothing of a row that says who filled the list in.
    """
    texts = [(line, list(map(as_text, cells))) for line, cells in rows[:SEARCHED_ROWS]]
    fullest = max(
        ((line, cells) for line, cells in texts if not why_aside(cells, "")),
        key=lambda row: sum(map(bool, row[1])),
        default=(1, []),
    )
    found = "、".join(masked(cell)[:30] for cell in fullest[1][:12] if cell) or "—"
    return AtlasError(
        HEADER_MISSING,
        place=FilePosition(name, fullest[0]),
        rows=SEARCHED_ROWS,
        found=found,
        expected="、".join(_lists().titles[:6]),
    )
