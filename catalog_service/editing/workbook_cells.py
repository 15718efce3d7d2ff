"""What the cells of a workbook say of a record, and what an edited cell means for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox

from catalog_service.editing.field_values import FieldValues, code_of, squeezed
from catalog_service.editing.form_fields import Entry
from catalog_service.editing.forms_to_record import FormWriter
from catalog_service.editing.graph import RecordGraph, Term, natural
from catalog_service.editing.workbook_columns import (
    NAMES_OF_ITEMS,
    Column,
    PartSheet,
    dataset_columns,
)
from harvesters.mapping.value_parsing import (
    parse_count,
    parse_date,
    parse_decimal,
    split_outside_brackets,
)
from ontology.dates import read_date
from ontology.errors import Phrase
from ontology.record import Record
from ontology.texts import tidy
from shapes.form_shapes import Field, Kind, NodeForm, dataset_form
from translations import LANGUAGES, Lang

LONGEST: Final = 32_000
"""Characters of a cell: Excel takes 32,767. What is cut off comes to no harm where the cell is not
edited."""

_SEPARATORS: Final = "、；;|"
_YES: Final[Mapping[Lang, str]] = {"zh": "是", "en": "Yes"}
_NO: Final[Mapping[Lang, str]] = {"zh": "否", "en": "No"}
_EXPECTED: Final[Mapping[Kind, Phrase]] = {
    "date": Phrase("a date is needed, such as 2026-08-01"),
    "year": Phrase("a year is needed, such as 2026"),
    "integer": Phrase("a whole number is needed"),
    "decimal": Phrase("a number is needed"),
    "boolean": Phrase("yes or no is needed"),
    "duration": Phrase("an interval is needed, such as P2D for every two days"),
    "address": Phrase("a full address is needed, with https:// in front"),
    "contact": Phrase("a telephone number or a mail address is needed"),
}


class NotUnderstoodError(ValueError):
    """A text is no value of its column; ``expected`` says what would be."""

    def __init__(self, text: str, expected: Phrase) -> None:
        super().__init__(text)
        self.text = text
        self.expected = expected


@dataclass(frozen=True, slots=True)
class PartRow:
    """A row of a sheet of parts: which one it is, and its texts by column."""

    name: str
    texts: Mapping[str, str]


Refused = Callable[[str, str, int, NotUnderstoodError], None]
"""Is told the key of the parts (of the dataset's own columns empty), that of the column, the number
of the row among the parts that were given, from 0, and what is wrong."""


def same(column: Column, one: str, other: str) -> bool:
    """Tell whether two texts of a column say the same, but for spaces and the order of many."""
    if squeezed(one) == squeezed(other):
        return True
    if column.key == NAMES_OF_ITEMS:
        return _names(one) == _names(other)
    return _has_many(column) and sorted(_lines(one)) == sorted(_lines(other))


class WorkbookCells:
    """Shows records in cells, and writes edited cells into records."""

    def __init__(self, values: FieldValues, base_iri: str) -> None:
        """Use the vocabularies, and the base of the IRIs of organizations."""
        self._values = values
        self._base = base_iri

    def of_dataset(
        self, record: Record, lang: Lang, columns: Sequence[Column] | None = None
    ) -> dict[str, str]:
        """Return the texts of a record's row by column; columns without a field are left out."""
        graph = RecordGraph(record)
        wanted = dataset_columns() if columns is None else columns
        found = {one.key: self._cell(graph, graph.focus, one, lang) for one in wanted if one.field}
        if columns is not None and any(one.key == NAMES_OF_ITEMS for one in columns):
            found[NAMES_OF_ITEMS] = "、".join(self._names_of_items(graph, lang))
        return found

    def of_parts(self, record: Record, sheet: PartSheet, lang: Lang) -> list[PartRow]:
        """Return the rows of a record in a sheet of parts."""
        graph = RecordGraph(record)
        return [
            PartRow(
                node.rpartition("#")[2],
                {c.key: self._cell(graph, node, c, lang) for c in sheet.columns if c.field},
            )
            for node in graph.nodes(graph.focus, sheet.field.path)
        ]

    def edited(
        self,
        record: Record,
        texts: Mapping[str, str],
        parts: Mapping[str, tuple[PartSheet, Sequence[PartRow]]],
        refused: Refused,
    ) -> Record:
        """Return a record with the texts of edited cells, and the rows of edited sheets of parts.

        ``refused`` is told of each text that is no value of its column.
        """
        columns = {one.key: one for one in dataset_columns()}
        root = dataset_form().root
        touched = {columns[key].steps[0].key for key in texts if columns[key].steps} | set(parts)
        if NAMES_OF_ITEMS in texts:
            touched.add(NAMES_OF_ITEMS.partition("/")[0])
        # Of what is not touched nothing is read and written again: it stays to the letter.
        form = replace(root, fields=tuple(one for one in root.fields if one.key in touched))
        graph = RecordGraph(record)
        entries = self._entries(graph, graph.focus, form)
        for key, text in texts.items():
            if key == NAMES_OF_ITEMS:
                self._name_items(entries, text)
                continue
            try:
                self._place(entries, graph, graph.focus, columns[key], text)
            except NotUnderstoodError as error:
                refused("", key, 0, error)
        for key, (sheet, rows) in parts.items():
            entries.fields[key] = self._part_entries(entries, graph, sheet, rows, refused)
        writer = FormWriter(replace(dataset_form(), root=form), self._values, self._base)
        return writer.write(record, entries, complete=True)

    def _part_entries(
        self,
        entries: Entry,
        graph: RecordGraph,
        sheet: PartSheet,
        rows: Sequence[PartRow],
        refused: Refused,
    ) -> dict[int, Entry]:
        standing = {one.node.rpartition("#")[2]: one for one in entries.of(sheet.field.key)}
        shown = {
            lang: {
                one.rpartition("#")[2]: {
                    c.key: self._cell(graph, one, c, lang) for c in sheet.columns if c.field
                }
                for one in graph.nodes(graph.focus, sheet.field.path)
            }
            for lang in LANGUAGES
        }
        columns = {one.key: one for one in sheet.columns if one.field}
        found: dict[int, Entry] = {}
        for number, row in enumerate(rows):
            # Of two rows with one name, as copied rows have it, the second is a new part.
            entry = standing.pop(row.name, None)
            known = entry is not None
            entry = entry or Entry()
            for key, text in row.texts.items():
                column = columns.get(key)
                before = [shown[lang].get(row.name, {}).get(key, "") for lang in LANGUAGES]
                if column is None or (known and any(same(column, text, one) for one in before)):
                    continue
                try:
                    self._place(entry, graph, entry.node, column, text)
                except NotUnderstoodError as error:
                    refused(sheet.field.key, key, number, error)
            found[number] = entry
        return found

    def _name_items(self, entries: Entry, text: str) -> None:
        standing = {
            squeezed(title.text): one
            for one in reversed(entries.of("dataItem"))
            for title in one.of("title")
        }
        found: dict[int, Entry] = {}
        for name in _names(text):
            entry = standing.pop(name, None)
            if entry is None:
                entry = Entry()
                entry.add("title").text = name
            found[len(found)] = entry
        entries.fields["dataItem"] = found

    def _names_of_items(self, graph: RecordGraph, lang: Lang) -> list[str]:
        field = dataset_form().root.field("dataItem")
        assert field is not None
        assert field.node is not None
        title = field.node.field("title")
        assert title is not None
        return [
            squeezed(self._values.shown(title, term, graph, lang))
            for node in graph.nodes(graph.focus, field.path)
            for term in graph.objects(node, title.path)
        ]

    def _place(
        self, entries: Entry, graph: RecordGraph, subject: str, column: Column, text: str
    ) -> None:
        """Put what a cell says where its field is; raises `NotUnderstoodError`."""
        here, node = entries, subject
        for step in column.steps[:-1]:
            rows = here.of(step.key)
            here = rows[0] if rows else here.add(step.key)
            node = here.node
        field = column.steps[-1]
        kept = [
            one for one in here.of(field.key) if column.language and one.code != column.language
        ]
        given = self._given(column, field, graph, node, text)
        here.fields[field.key] = dict(enumerate([*kept, *given]))

    def _given(
        self, column: Column, field: Field, graph: RecordGraph, node: str, text: str
    ) -> list[Entry]:
        if not squeezed(text):
            return []
        if column.language:
            return [Entry(text, column.language)]
        known = self._values.known(field, graph, node) if node else {}
        shown = {name for name, _ in known}
        many = _has_many(column) or len(graph.objects(node, field.path)) > 1
        found: list[Entry] = []
        for line in _lines(text) if many else [text]:
            parts = [line] if squeezed(line) in shown else self._apart(field, line)
            found += [Entry(self._understood(field, one, shown)) for one in parts]
        return found

    def _apart(self, field: Field, line: str) -> list[str]:
        """Return the values of a line: one, or several that stand beside each other."""
        if field.single or field.kind not in ("concept", "named", "text"):
            return [line]
        parts = split_outside_brackets(line, _SEPARATORS)
        if len(parts) < 2 or (field.schemes and self._values.find(field, line) is not None):
            return [line]
        if field.kind == "named" and not all(self._values.find(field, one) for one in parts):
            # A name that no vocabulary knows may have such a mark in it.
            return [line]
        return parts

    def _understood(self, field: Field, text: str, shown: set[str]) -> str:
        """Return a text as the field takes it; raises `NotUnderstoodError`."""
        if squeezed(text) in shown or field.kind in ("text", "plain", "named"):
            return text
        term = self._values.term(field, text)
        if _fits(field, term) and (field.kind != "date" or read_date(text) is not None):
            return text
        read: object = None
        if field.kind == "date":
            found = parse_date(text)
            read = found[0] if found is not None else None
        elif field.kind == "integer":
            read = parse_count(text)
        elif field.kind == "decimal":
            read = parse_decimal(text)
        if read is not None and _fits(field, self._values.term(field, str(read))):
            return str(read)
        raise NotUnderstoodError(text, self._expected(field, text))

    def _expected(self, field: Field, text: str) -> Phrase:
        if field.kind == "concept":
            labels = [
                concept.zh
                for scheme in field.schemes
                for concept in self._values.vocabulary.offered(scheme)
            ]
            near = get_close_matches(text[:60], labels, 3, 0.5) or labels[:3]
            return Phrase(
                "a value of the column’s list is needed, such as {near}", {"near": "、".join(near)}
            )
        return _EXPECTED[field.kind]

    def _entries(self, graph: RecordGraph, subject: str, form: NodeForm) -> Entry:
        """Return what a node says, as the form of all its fields would send it."""
        found = Entry()
        for field in form.fields:
            if field.node is not None:
                for number, node in enumerate(graph.nodes(subject, field.path)):
                    inner = self._entries(graph, node, field.node)
                    inner.node = node
                    found.fields.setdefault(field.key, {})[number] = inner
                continue
            for number, term in enumerate(graph.objects(subject, field.path)):
                text = self._values.shown(field, term, graph, "zh")
                found.fields.setdefault(field.key, {})[number] = Entry(text, code_of(term))
        return found

    def _cell(self, graph: RecordGraph, subject: str, column: Column, lang: Lang) -> str:
        node: str | None = subject
        for step in column.steps[:-1]:
            nodes = graph.nodes(node, step.path) if node else []
            node = nodes[0] if nodes else None
        if node is None:
            return ""
        field = column.steps[-1]
        terms: list[Term] = [
            term
            for term in graph.objects(node, field.path)
            if not column.language or code_of(term) == column.language
        ]
        texts = [self._text(field, term, graph, lang) for term in terms]
        if _has_many(column) or len(texts) > 1:
            texts = sorted(map(squeezed, texts), key=natural)
        return tidy("\n".join(texts))[:LONGEST]

    def _text(self, field: Field, term: Term, graph: RecordGraph, lang: Lang) -> str:
        if field.kind == "boolean" and isinstance(term, ox.Literal):
            if term.value in ("true", "1"):
                return _YES[lang]
            if term.value in ("false", "0"):
                return _NO[lang]
        return self._values.shown(field, term, graph, lang)


def _fits(field: Field, term: Term) -> bool:
    """Tell whether a value is what its field is for, and not the text that stands for anything."""
    if field.kind in ("address", "contact", "concept"):
        return isinstance(term, ox.NamedNode)
    return isinstance(term, ox.Literal) and term.language is None


def _has_many(column: Column) -> bool:
    return column.field is not None and not column.language and not column.field.single


def _lines(text: str) -> list[str]:
    return [line for line in map(squeezed, text.split("\n")) if line]


def _names(text: str) -> list[str]:
    """Return the names of a list as open lists have it, 等 at the end dropped."""
    found = []
    for line in _lines(text):
        found += [squeezed(one) for one in split_outside_brackets(line, ",，、;；|")]
    if found and found[-1] in ("等", "等等"):
        found.pop()
    return list(dict.fromkeys(one for one in found if one))
