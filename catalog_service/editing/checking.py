"""What is found in a draft, by the same reader, privacy rule and gate that it will pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from catalog_service.catalog.exception_check import passes
from catalog_service.catalog.reading import SourceReader, body_format, mapped
from catalog_service.context import Service
from catalog_service.duplicates.service import resembling
from catalog_service.editing.forms import form_rules
from catalog_service.editing.graph import RecordGraph, Term
from catalog_service.editing.model import Check, Message, Resembled
from catalog_service.editing.naming import term_of
from catalog_service.rule_work.service import excepted_from
from harvesters.protocols import Incoming
from ontology.errors import AtlasError
from ontology.record import Record
from shapes.form_rules import FormRules, Path
from shapes.form_shapes import DatasetForm, Field, NodeForm, dataset_form
from shapes.report import Finding

_NTRIPLES: Final = "application/n-triples"
_IRIS: Final = re.compile(r"<([^<>]+)>")


def incoming(atlas: Service, record: Record) -> Incoming:
    """Return a draft as the one door takes it: read as a body that was put would be."""
    vocabulary = atlas.vocabulary_for(record.source)
    reader = SourceReader(record.source, atlas.settings.base_iri, vocabulary)
    form = body_format(_NTRIPLES, single=True)
    return reader.record(record.nquads.encode(), form, record.remote_id)


def check(atlas: Service, record: Record, *, duplicates: bool = True) -> Check:
    """Return what the gate finds in a draft, what it resembles, and what would be taken out.

    Raises what the reader finds wrong with the record as a whole.
    """
    found = mapped(incoming(atlas, record))
    if isinstance(found, AtlasError):
        raise found
    report = atlas.engine_named("shacl").validate(found.record)
    rules = form_rules(atlas)
    placing = _Placing(record, dataset_form(), rules)
    excepted = excepted_from(atlas, record.source, [record.remote_id]).get(record.remote_id, {})
    messages = tuple(
        Message(one, placing.places(one), excepted.get(one.rule_id)) for one in report.findings
    )
    return Check(
        passes(report, frozenset(excepted)),
        tuple(sorted(messages, key=_gravest)),
        found.removed,
        resembled(atlas, found.record) if duplicates else (),
        tuple(dict.fromkeys(warning.code for warning in found.warnings)),
    )


def resembled(atlas: Service, record: Record) -> tuple[Resembled, ...] | None:
    """Return the public records that a draft resembles; None while they are being compared."""
    found = resembling(atlas, record)
    if found is None:
        return None
    return tuple(
        Resembled(one.other.source, one.other.remote_id, one.other.title, one.relation, one.score)
        for one in found
    )


def _gravest(message: Message) -> tuple[int, str]:
    order = ("Violation", "Warning", "Info")
    return order.index(message.finding.severity), message.finding.rule_id


class _Placing:
    """Finds the fields that a finding is about."""

    def __init__(self, record: Record, form: DatasetForm, rules: FormRules) -> None:
        self._graph = RecordGraph(record)
        self._form = form
        self._rules = rules

    def places(self, finding: Finding) -> tuple[str, ...]:
        """Return the names of fields, values or rows, that which is at fault first."""
        named = _IRIS.findall(finding.path or "") or ([finding.path] if finding.path else [])
        if named:
            found = tuple(dict.fromkeys(self._at_fault(set(named), finding.value)))
            if found:
                return found
        paths = self._rules.paths(finding.rule_id)
        mentioned = list(dict.fromkeys(self._top(path) for path in paths))
        keys = [field.key for field in mentioned if field is not None]
        empty = [
            field.key
            for field in mentioned
            if field is not None and not self._graph.objects(self._graph.focus, field.path)
        ]
        # What is there needs no remark; where nothing is missing all of it may be at fault.
        return tuple(dict.fromkeys(empty or keys))

    def _top(self, path: Path) -> Field | None:
        return next((one for one in self._form.root.fields if one.path == path[0]), None)

    def _at_fault(self, named: set[str], value: str | None) -> Iterator[str]:
        """Yield the fields of these properties that hold the value; all where none is known to."""
        fields = list(self._fields(self._form.root, self._graph.focus, ""))
        holding = [] if value is None else list(self._holding(fields, named, value))
        yield from holding or (
            name for name, field, _ in fields if field.path in named and "/" not in name
        )

    def _holding(
        self, fields: list[tuple[str, Field, str]], named: set[str], value: str
    ) -> Iterator[str]:
        # A rule may name the value as the gate was given it: without language, say.
        wanted = {value, term_of(value).value if value.startswith(("<", '"')) else value}
        for name, field, subject in fields:
            if field.path not in named and field.name_property not in named:
                continue
            for number, term in enumerate(self._shown(field, subject)):
                terms = [term, *self._graph.objects(term.value, field.name_property)]
                if any(str(one) in wanted or one.value in wanted for one in terms):
                    yield f"{name}/{number}" if field.node is not None else name

    def _shown(self, field: Field, subject: str) -> Iterable[Term]:
        if field.node is None:
            return self._graph.objects(subject, field.path)
        return map(ox.NamedNode, self._graph.nodes(subject, field.path))

    def _fields(
        self, form: NodeForm, subject: str, before: str
    ) -> Iterator[tuple[str, Field, str]]:
        for field in form.fields:
            name = f"{before}{field.key}"
            if field.node is not None:
                for number, node in enumerate(self._graph.nodes(subject, field.path)):
                    yield from self._fields(field.node, node, f"{name}/{number}/")
            yield name, field, subject
