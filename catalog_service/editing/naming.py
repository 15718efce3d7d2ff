"""What nodes and properties of a record are called: for merging, and for comparing versions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from catalog_service.editing.field_values import FieldValues, address
from catalog_service.editing.graph import RecordGraph, Term
from catalog_service.editing.merging import changed, values_of
from catalog_service.editing.model import Unit
from ontology.languages import choose
from ontology.ntriples import unescape
from ontology.record import Record
from ontology.terms import RDF, shortened
from ontology.vocabulary import Vocabulary
from shapes.form_shapes import DatasetForm, Field, NodeForm, dataset_form
from translations import Lang

LONGEST: Final = 1_000
"""Characters of a value that are shown."""


@dataclass(frozen=True, slots=True)
class Named:
    """A property of a node, by the names of the form."""

    unit: Unit
    key: str
    """Of the group of the form; empty for what no form knows."""
    steps: tuple[str, ...]
    """Names from the dataset down: file 2, format."""
    order: tuple[object, ...]


@dataclass(slots=True)
class Difference:
    """A property whose values differ, with what was taken away and what was added."""

    steps: tuple[str, ...]
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


class Names:
    """Names the properties of records in one language."""

    def __init__(self, vocabulary: Vocabulary, lang: Lang, *records: Record) -> None:
        """Read the records in which the nodes may be."""
        self._values = FieldValues(vocabulary)
        self._lang: Lang = lang
        self._graphs = [RecordGraph(record) for record in records]
        self._known: dict[Unit, tuple[Named, Field]] = {}
        self._called: dict[str, str] = {}
        """What the nodes of the records are called: by their titles, else as rows of the form."""
        form: DatasetForm = dataset_form()
        order = {
            one.key: (n, m) for n, g in enumerate(form.groups) for m, one in enumerate(g.fields)
        }
        for graph in self._graphs:
            self._walk(graph, graph.focus, form.root, (), (), order)

    def of(self, unit: Unit) -> Named:
        """Return the name of a property of a node."""
        found = self._known.get(unit)
        if found is not None:
            return found[0]
        return Named(unit, "", (shortened(unit[1]),), (99, unit))

    def of_place(self, place: str) -> str:
        """Return the name of a field or row of the form by its place: ``distribution/1``."""
        form, steps = dataset_form().root, []
        parts = place.split("/")
        for number, key in enumerate(parts[::2]):
            found = form.field(key)
            if found is None:
                return place
            name = found.name.zh if self._lang == "zh" else found.name.en
            row = parts[2 * number + 1] if len(parts) > 2 * number + 1 else ""
            steps.append(f"{name} {int(row) + 1}" if row and not found.single else name)
            form = found.node or form
        return " › ".join(steps)

    def shown(self, unit: Unit, value: str) -> str:
        """Return a value, given as N-Triples, as a form shows it."""
        known = self._known.get(unit)
        term = term_of(value)
        if known is not None:
            for graph in self._graphs:
                text = self._values.shown(known[1], term, graph, self._lang)
                if text != term.value:
                    return text[:LONGEST]
        found = self._called.get(term.value) if isinstance(term, ox.NamedNode) else None
        return (found or term.value)[:LONGEST]

    def sorted(self, units: Iterable[Unit]) -> list[Named]:
        """Return properties in the order of the form; types of nodes are left out."""
        return sorted(
            (self.of(unit) for unit in units if unit[1] != RDF.type),
            key=lambda one: tuple(map(str, one.order)),
        )

    def _title(self, graph: RecordGraph, node: str, form: NodeForm) -> str:
        field = form.field("title")
        if field is None:
            return ""
        texts = [
            (term.value, term.language or "")
            for term in graph.objects(node, field.path)
            if isinstance(term, ox.Literal)
        ]
        return choose(texts, self._lang)

    def _walk(
        self,
        graph: RecordGraph,
        subject: str,
        form: NodeForm,
        steps: tuple[str, ...],
        before: tuple[object, ...],
        order: dict[str, tuple[int, int]],
    ) -> None:
        for number, one in enumerate(form.fields):
            name = one.name.zh if self._lang == "zh" else one.name.en
            unit = (subject, one.path)
            own = order.get(one.key, (0, 0)) if not before else (0, number)
            place = (*before, f"{own[0]:03}", f"{own[1]:03}")
            if unit not in self._known:
                self._known[unit] = (Named(unit, one.group, (*steps, name), place), one)
            if one.node is not None:
                nodes = graph.nodes(subject, one.path)
                for n, node in enumerate(nodes):
                    called = name if one.single else f"{name} {n + 1}"
                    self._called.setdefault(node, self._title(graph, node, one.node) or called)
                    self._walk(graph, node, one.node, (*steps, called), (*place, f"{n:04}"), order)
            elif one.kind == "named":
                for term in graph.objects(subject, one.path):
                    self._known.setdefault(
                        (term.value, one.name_property),
                        (
                            Named(
                                (term.value, one.name_property), one.group, (*steps, name), place
                            ),
                            one,
                        ),
                    )


def differences(
    vocabulary: Vocabulary, lang: Lang, before: Record, after: Record
) -> list[Difference]:
    """Return what one version says otherwise than another, in the order of the form."""
    names = Names(vocabulary, lang, after, before)
    return list(_told(names, before, after))


def _told(names: Names, before: Record, after: Record) -> Iterator[Difference]:
    for one in names.sorted(changed(before, after)):
        old, new = values_of(before, one.unit), values_of(after, one.unit)
        yield Difference(
            one.steps,
            [names.shown(one.unit, value) for value in old if value not in new],
            [names.shown(one.unit, value) for value in new if value not in old],
        )


def term_of(value: str) -> Term:
    """Return a term of its canonical N-Triples."""
    if value.startswith("<"):
        return address(value[1:-1]) or ox.Literal(value[1:-1])
    return ox.Literal(unescape(value[1 : value.rindex('"')]))
