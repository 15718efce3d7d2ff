"""The columns of a workbook of datasets: the profile's properties as the form has them.

One row a dataset. Parts of which a dataset has many, its files and its data items, stand in sheets
of their own, one row each; of other parts a row has the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from harvesters.mapping.mapping_files import targets
from harvesters.readers.open_list_header import heading_key, identity_headings, known_headings
from ontology.languages import BilingualText
from shapes.form_shapes import Field, dataset_form
from translations import Lang

IDENTIFIER: Final = "identifier"
VERSION: Final = "version"
DATASET: Final = "dataset"
"""In a sheet of parts: the title of the dataset, for one that has no identifier yet."""
ROW: Final = "row"
"""In a sheet of parts: which one it is."""
NAMES_OF_ITEMS: Final = "dataItem/title"
"""In the sheet of datasets: the names of all data items in one cell, as open lists have them."""

PARTS: Final = ("distribution", "dataItem")
"""Fields whose nodes have a sheet of their own."""

SHEETS: Final[Mapping[Lang, tuple[str, str]]] = {
    "zh": ("数据集", "取值"),
    "en": ("Datasets", "Values"),
}
"""Names of the sheet of datasets, and of the one with what columns take."""

NOTES: Final[Mapping[Lang, str]] = {"zh": "分部说明", "en": "About this part"}
"""Name of the sheet that says which part of an organization's datasets a workbook has."""

_LANGUAGES: Final = (
    ("@zh", BilingualText("（中文）", " (Chinese)")),
    ("@en", BilingualText("（英文）", " (English)")),
)
_SPECIAL: Final[Mapping[str, BilingualText]] = {
    IDENTIFIER: BilingualText("标识", "Identifier"),
    VERSION: BilingualText("版本（请勿修改）", "Version (leave as it is)"),
    DATASET: BilingualText("数据集名称", "Title of the dataset"),
    ROW: BilingualText("行标识（请勿修改）", "Row (leave as it is)"),
    NAMES_OF_ITEMS: BilingualText("数据项名称（逐个列出）", "Names of the data items, listed"),
}
_MORE: Final[Mapping[str, str]] = {
    "联系电话": "contactPoint/hasTelephone",
    "联系邮箱": "contactPoint/hasEmail",
    "联系单位": "contactPoint/fn",
    "中文名称": "title@zh",
    "英文名称": "title@en",
    "中文摘要": "description@zh",
    "英文摘要": "description@en",
}
"""Headings besides the form's own and those of open lists."""
_OF_TARGETS: Final[Mapping[str, str]] = {
    "title": "title@zh",
    "description": "description@zh",
    "publisher": "publisher",
    "provenance": "provenance/label",
    "condition": "hasPolicy/description",
    "condition_supplement": "hasPolicy/conditionSupplement",
    "agreement": "agreement/title",
    "secrecy_review": "secrecyReview/date",
    "open_scope": "openListItem/openScope",
    "list_year": "openListItem/listYear",
    "fields": NAMES_OF_ITEMS,
}
"""Targets of ``profile.toml`` that are no single property of the dataset."""
_APART: Final = frozenset({"contact", "sample", "temporal", "formats"})
"""Targets whose one cell holds what several fields of the form do: a person decides."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: a field of the form, or what says which dataset or part a row is."""

    key: str
    steps: tuple[Field, ...]
    """From the dataset, or the part, down to the field that holds the values; empty: no field."""
    language: str
    """``@zh`` or ``@en`` for the one of a text that is wanted in both."""
    name: BilingualText

    @property
    def field(self) -> Field | None:
        """The field that holds the values."""
        return self.steps[-1] if self.steps else None

    @property
    def rare(self) -> bool:
        """Whether few datasets have it: it stands in no template; where it is given it is taken."""
        return any(one.rare for one in self.steps)

    def heading(self, lang: Lang) -> str:
        """Return what stands above it."""
        return self.name.zh if lang == "zh" else self.name.en


@dataclass(frozen=True, slots=True)
class PartSheet:
    """A sheet of parts: a field of the dataset whose nodes are its rows."""

    field: Field
    columns: tuple[Column, ...]

    def title(self, lang: Lang) -> str:
        """Return the name of the sheet."""
        return self.field.name.zh if lang == "zh" else self.field.name.en


@cache
def dataset_columns() -> tuple[Column, ...]:
    """Return the columns of the sheet of datasets in the order of the form, all of them."""
    found = [_special(IDENTIFIER)]
    for group in dataset_form().groups:
        for one in group.fields:
            if one.given or one.key in PARTS:
                continue
            found += _columns((one,))
    return (*found, _special(NAMES_OF_ITEMS), _special(VERSION))


@cache
def part_sheets() -> tuple[PartSheet, ...]:
    """Return the sheets of parts."""
    root = dataset_form().root
    found = []
    for key in PARTS:
        field = root.field(key)
        assert field is not None
        assert field.node is not None
        columns = [column for one in field.node.fields for column in _columns((one,))]
        ends = (_special(IDENTIFIER), _special(DATASET), *columns, _special(ROW))
        found.append(PartSheet(field, ends))
    return tuple(found)


@cache
def column_of(key: str) -> Column | None:
    """Return the column of the sheet of datasets with a key."""
    return next((one for one in dataset_columns() if one.key == key), None)


def _special(key: str) -> Column:
    return Column(key, (), "", _SPECIAL[key])


def _columns(steps: tuple[Field, ...]) -> Iterator[Column]:
    last = steps[-1]
    if last.node is not None:
        for inner in last.node.fields:
            yield from _columns((*steps, inner))
        return
    key = "/".join(one.key for one in steps)
    zh = "：".join(one.name.zh for one in steps)
    en = ": ".join(one.name.en for one in steps)
    if last.kind == "text" and last.most == len(_LANGUAGES):
        for number, (language, added) in enumerate(_LANGUAGES):
            # In Chinese alone the Chinese one goes without saying.
            name = BilingualText(zh + added.zh if number else zh, en + added.en)
            yield Column(f"{key}{language}", steps, language, name)
        return
    yield Column(key, steps, "", BilingualText(zh, en))


@cache
def headings_of(part: str = "") -> Mapping[str, str]:
    """Return which column a heading names, by `heading_key`; of a sheet of parts, or of datasets.

    The form's own names come first, then those that open lists have.
    """
    columns: Sequence[Column] = dataset_columns()
    if part:
        columns = next(one.columns for one in part_sheets() if one.field.key == part)
    found: dict[str, str] = {}
    for one in columns:
        for text in (one.name.zh, one.name.en):
            found.setdefault(heading_key(text), one.key)
    if not part:
        for heading, key in _MORE.items():
            found.setdefault(heading_key(heading), key)
        for heading, key in _of_open_lists():
            found.setdefault(heading, key)
    return found


def _of_open_lists() -> Iterator[tuple[str, str]]:
    for heading in identity_headings():
        yield heading, IDENTIFIER
    columns = reversed(dataset_columns())
    keys = {one.steps[0].path: one.key for one in columns if len(one.steps) == 1}
    for target, headings in known_headings().items():
        if target in _APART:
            continue
        key = _OF_TARGETS.get(target) or keys.get(targets()[target].property)
        if key is not None:
            for heading in headings:
                yield heading, key
