"""From a form to a record and back without loss: what the form does not know stays as it is."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from catalog_service.editing.field_values import AUTOMATIC, FieldValues, squeezed
from catalog_service.editing.form_fields import Entry
from catalog_service.editing.graph import RecordGraph, Term, natural
from ontology.record import Record
from ontology.terms import RDF
from shapes.form_shapes import DatasetForm, Field, NodeForm

MOST_ROWS: Final = 2_000
"""Nodes of one field that a form sends."""


def is_shown(field: Field, graph: RecordGraph, subject: str, *, complete: bool) -> bool:
    """Tell whether a form shows a field: rare ones only where they hold something."""
    if complete or not field.rare:
        return True
    return not field.given and bool(graph.objects(subject, field.path))


class FormWriter:
    """Writes what forms say into records."""

    def __init__(self, form: DatasetForm, values: FieldValues, base_iri: str) -> None:
        """Use a form, the vocabularies, and the base of the IRIs of organizations."""
        self._form = form
        self._values = values
        self._base = base_iri

    def write(self, record: Record, entries: Entry, *, complete: bool) -> Record:
        """Return a record with the entries of a form in the place of what the form showed of it.

        Each entry of a row learns the node that it became.
        """
        graph = RecordGraph(record)
        before = graph.reachable()
        writing = _Writing(graph, self._values, record, self._base, complete)
        writing.node(graph.focus, self._form.root, entries)
        after = graph.reachable()
        # What hung below a row that was taken out goes with it; what never hung anywhere stays.
        graph.keep(lambda node: node in after or node not in before)
        return graph.record()


class _Writing:
    def __init__(
        self,
        graph: RecordGraph,
        values: FieldValues,
        record: Record,
        base: str,
        complete: bool,
    ) -> None:
        self._graph = graph
        self._values = values
        self._record = record
        self._base = base
        self._complete = complete

    def node(self, subject: str, form: NodeForm, entries: Entry, *, new: bool = False) -> None:
        """Write the fields of a node."""
        for field in form.fields:
            if not new and not is_shown(field, self._graph, subject, complete=self._complete):
                continue
            given = entries.of(field.key)[:MOST_ROWS]
            if field.node is not None:
                self._rows(subject, field, field.node, given)
            else:
                self._values_of(subject, field, given)

    def _values_of(self, subject: str, field: Field, given: list[Entry]) -> None:
        known = self._values.known(field, self._graph, subject)
        found: list[Term] = []
        for entry in given:
            text = squeezed(entry.text)
            if not text:
                continue
            code = entry.code if entry.code else AUTOMATIC
            term = known.get((text, code))
            if term is None:
                term = self._values.term(field, entry.text, code)
                if field.kind == "named" and isinstance(term, ox.Literal) and not entry.code:
                    term = self._named(field, term)
            found.append(term)
        self._graph.put(subject, field.path, found)

    def _named(self, field: Field, name: ox.Literal) -> ox.NamedNode:
        """Return a node of its own for a name that no vocabulary knows."""
        if field.fragment == "organization":
            digest = hashlib.sha256(name.value.encode()).hexdigest()[:12]
            iri = f"{self._base}/id/organization/{self._record.source}/{digest}"
        else:
            iri = self._free(field.fragment)
        for one in field.classes:
            self._graph.add(iri, RDF.type, ox.NamedNode(one))
        self._graph.put(iri, field.name_property, [name])
        return ox.NamedNode(iri)

    def _rows(self, subject: str, field: Field, form: NodeForm, given: list[Entry]) -> None:
        standing = self._graph.nodes(subject, field.path)
        # Values without a description are none of the form's rows.
        others = [
            term
            for term in self._graph.objects(subject, field.path)
            if not (isinstance(term, ox.NamedNode) and term.value in standing)
        ]
        rows: list[str] = []
        for entry in given:
            # Only a node that is this field's already: a form cannot reach for another's.
            old = entry.node if entry.node in standing and entry.node not in rows else None
            node = old or self._free(form.fragment)
            if old is None:
                self._begin(node, form)
            self.node(node, form, entry, new=old is None)
            if self._is_empty(node, form):
                self._graph.drop(node)
                entry.node = ""
                continue
            self._complete_row(node, form)
            rows.append(node)
            entry.node = node
        for gone in standing:
            if gone not in rows:
                self._graph.drop(gone)
        self._graph.put(subject, field.path, [*map(ox.NamedNode, rows), *others])
        if field.table and rows != sorted(rows, key=natural):
            names = dict(zip(rows, sorted(rows, key=natural), strict=True))
            self._graph.rename(names)
            for entry in given:
                entry.node = names.get(entry.node, entry.node)

    def _begin(self, node: str, form: NodeForm) -> None:
        for one in form.classes:
            self._graph.add(node, RDF.type, ox.NamedNode(one))
        if form.link is not None:
            self._graph.add(node, form.link, ox.NamedNode(self._graph.focus))

    def _complete_row(self, node: str, form: NodeForm) -> None:
        for field in form.fields:
            if field.whole and not self._graph.objects(node, field.path):
                self._graph.add(node, field.path, ox.NamedNode(self._graph.focus))

    def _is_empty(self, node: str, form: NodeForm) -> bool:
        return self._graph.is_empty(node, lambda path: path == form.link)

    def _free(self, fragment: str) -> str:
        for name in _names(fragment):
            iri = f"{self._record.iri}#{name}"
            if not self._graph.has(iri):
                return iri
        raise AssertionError("names do not end")


def _names(fragment: str) -> Iterator[str]:
    """Yield the names of nodes: ``dist-1``, ``dist-2`` …; ``offer``, ``offer-2`` …"""
    number = 1
    if "{n" not in fragment:
        yield fragment
        fragment, number = f"{fragment}-{{n}}", 2
    while True:
        yield fragment.format(n=number)
        number += 1
