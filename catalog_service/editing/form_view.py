"""A record as a form shows it: groups, and fields with their values and rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from catalog_service.editing.field_values import (
    ADDRESS,
    AUTOMATIC,
    PLAIN,
    WRITTEN,
    FieldValues,
    code_of,
)
from catalog_service.editing.forms_to_record import is_shown
from catalog_service.editing.graph import RecordGraph, Term
from ontology.languages import BilingualText
from ontology.record import Record
from shapes.form_rules import FieldRules, FormRules
from shapes.form_shapes import DatasetForm, Field, NodeForm
from translations import Lang

CHOSEN: Final = 16
"""Concepts of a scheme that are offered as a list to choose from; of more, one types."""

LANGUAGE_CODES: Final = ("@zh", "@en")
FIRST_ROWS: Final = 3
"""Empty rows of a table that has none yet."""


@dataclass(frozen=True, slots=True)
class ValueView:
    """One value in a field."""

    name: str
    text: str
    code: str
    codes: tuple[str, ...]
    """How it may be written, where one may choose."""


@dataclass(frozen=True, slots=True)
class RowView:
    """One node of a field, with the fields of its own."""

    name: str
    node: str
    fields: tuple[FieldView, ...]
    filled: bool


@dataclass(frozen=True, slots=True)
class FieldView:
    """One field as it is shown."""

    field: Field
    name: str
    """Of the field; its values and rows are numbered below it."""
    rules: FieldRules
    values: tuple[ValueView, ...]
    rows: tuple[RowView, ...]
    options: tuple[tuple[str, str], ...]
    """Values and labels of a list to choose from."""
    suggestions: str
    """The name of the list that is offered while one types; empty: none."""
    more: bool
    """Whether another value or row may be added."""

    @property
    def label(self) -> BilingualText:
        """What it is called."""
        return self.field.name

    @property
    def element(self) -> str:
        """An identifier of an element of the page."""
        return self.name.replace("/", ".")

    @property
    def filled(self) -> bool:
        """Whether anything stands in it."""
        return any(v.text for v in self.values) or any(r.filled for r in self.rows)


@dataclass(frozen=True, slots=True)
class GroupView:
    """Fields under one heading."""

    key: str
    label: BilingualText
    fields: tuple[FieldView, ...]


class FormViews:
    """Makes the form of records in one language."""

    def __init__(
        self,
        form: DatasetForm,
        rules: FormRules,
        values: FieldValues,
        lang: Lang,
        *,
        complete: bool = False,
        added: Mapping[str, int] | None = None,
    ) -> None:
        """``complete``: with all fields, and how values are written; ``added``: empty places."""
        self._form = form
        self._rules = rules
        self._values = values
        self._lang = lang
        self._complete = complete
        self._added = added or {}

    def groups(self, record: Record) -> list[GroupView]:
        """Return the form of a record."""
        graph = RecordGraph(record)
        root = {one.field.key: one for one in self._fields(graph, graph.focus, self._form.root)}
        groups = []
        for group in self._form.groups:
            fields = tuple(root[f.key] for f in group.fields if f.key in root)
            if fields:
                groups.append(GroupView(group.key, group.name, fields))
        return groups

    def _fields(
        self,
        graph: RecordGraph,
        subject: str,
        form: NodeForm,
        before: str = "",
        path: tuple[str, ...] = (),
    ) -> Sequence[FieldView]:
        return [
            self._field(graph, subject, field, f"{before}{field.key}", (*path, field.path))
            for field in form.fields
            if is_shown(field, graph, subject, complete=self._complete)
        ]

    def _field(
        self, graph: RecordGraph, subject: str, field: Field, name: str, path: tuple[str, ...]
    ) -> FieldView:
        rows: list[RowView] = []
        values: list[ValueView] = []
        more = self._complete or not field.single
        if field.node is not None:
            nodes = graph.nodes(subject, field.path)
            empty = self._added.get(name, 0) or (0 if nodes else 1)
            if field.table and not nodes:
                empty = max(empty, FIRST_ROWS)
            for number, node in enumerate([*nodes, *[""] * empty]):
                own = f"{name}/{number}"
                fields = tuple(self._fields(graph, node, field.node, f"{own}/", path))
                rows.append(RowView(own, node, fields, bool(node)))
        else:
            terms = sorted(graph.objects(subject, field.path), key=self._order(field, graph))
            empty = self._added.get(name, 0) or (0 if terms else 1)
            for number, term in enumerate([*terms, *[None] * empty]):
                values.append(self._value(field, f"{name}/{number}", term, graph, terms))
            if field.most is not None and not self._complete:
                more = len(values) < field.most
        options = self._options(field)
        return FieldView(
            field,
            name,
            self._rules.of(path),
            tuple(values),
            tuple(rows),
            options,
            "" if options else suggestions_of(field),
            more,
        )

    def _value(
        self, field: Field, name: str, term: Term | None, graph: RecordGraph, terms: Sequence[Term]
    ) -> ValueView:
        text = "" if term is None else self._values.shown(field, term, graph, self._lang)
        options = {iri for iri, _ in self._options(field)}
        if isinstance(term, ox.NamedNode) and term.value in options:
            text = term.value
        if field.kind == "text" and (self._complete or field.most == len(LANGUAGE_CODES)):
            code = code_of(term) if term is not None else self._next_language(terms)
            codes = tuple(dict.fromkeys((*LANGUAGE_CODES, PLAIN, code)))
            return ValueView(name, text, code, (*codes, *self._all(codes)))
        if self._complete:
            code = self._code(field, term, text)
            codes = tuple(dict.fromkeys((AUTOMATIC, code)))
            return ValueView(name, text, code, (*codes, *self._all(codes)))
        return ValueView(name, text, AUTOMATIC, ())

    def _code(self, field: Field, term: Term | None, text: str) -> str:
        """Return how a value is written where that is not what its field would make of it."""
        if term is None or self._values.term(field, text) == term:
            return AUTOMATIC
        own = isinstance(term, ox.NamedNode) and text != term.value
        return AUTOMATIC if own else code_of(term)

    def _all(self, without: Sequence[str]) -> tuple[str, ...]:
        if not self._complete:
            return ()
        every = (*LANGUAGE_CODES, PLAIN, ADDRESS, *WRITTEN)
        return tuple(code for code in every if code not in without)

    def _next_language(self, terms: Sequence[Term]) -> str:
        if not terms:
            return "@zh"
        taken = {code_of(term) for term in terms}
        return next((code for code in LANGUAGE_CODES if code not in taken), "@zh")

    def _options(self, field: Field) -> tuple[tuple[str, str], ...]:
        if self._complete or field.kind != "concept":
            return ()
        concepts = [c for scheme in field.schemes for c in self._values.vocabulary.offered(scheme)]
        if not concepts or len(concepts) > CHOSEN:
            return ()
        return tuple((c.iri, self._values.label(c, field, self._lang)) for c in concepts)

    def _order(self, field: Field, graph: RecordGraph) -> Callable[[Term], tuple[int, str]]:
        def key(term: Term) -> tuple[int, str]:
            code = code_of(term)
            place = LANGUAGE_CODES.index(code) if code in LANGUAGE_CODES else 2
            return place, self._values.shown(field, term, graph, self._lang)

        return key


def suggestions_of(field: Field) -> str:
    """Return the name of the list of what a field takes; empty where it takes anything."""
    if field.suggested:
        return field.key
    return "-".join(field.schemes)


def suggested(
    form: DatasetForm, values: FieldValues, lang: Lang, wanted: set[str]
) -> dict[str, list[str]]:
    """Return the lists that fields offer while one types, by name."""
    found: dict[str, list[str]] = {}
    for _, field in form.walk():
        name = suggestions_of(field)
        if name in wanted and name not in found:
            found[name] = list(field.suggested) or [
                values.label(c, field, lang)
                for scheme in field.schemes
                for c in values.vocabulary.offered(scheme)
            ]
    return found


def sent(groups: Sequence[GroupView]) -> dict[str, str]:
    """Return what a browser sends of a form that nobody changed."""
    found: dict[str, str] = {}

    def add(field: FieldView) -> None:
        for value in field.values:
            if field.options and value.text not in {"", *(iri for iri, _ in field.options)}:
                # A list offers what it does not know as it stands.
                found[value.name] = value.text
            found[value.name] = value.text
            if value.codes:
                found[f"{value.name}~"] = value.code
        for row in field.rows:
            found[f"{row.name}@"] = row.node
            for inner in row.fields:
                add(inner)

    for group in groups:
        for field in group.fields:
            add(field)
    return found
