"""The form of a dataset: groups, fields, names and help, read from ``forms/dataset.ttl``.

Shapes that check nothing: they say how the properties of the application profile are entered. What
a value must fulfil is said by the rules alone (`shapes.form_rules`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast, get_args

import pyoxigraph as ox

from ontology.concepts import Scheme
from ontology.languages import BilingualText
from ontology.terms import RDFS, SH, VOCAB, Namespace
from ontology.unmapped_values import GIVEN_FOR

FORM: Final = Namespace("https://w3id.org/shdata/form/")
"""Groups, node shapes and hints of forms."""

FORMS: Final = Path(__file__).parent / "forms"

Kind = Literal[
    "text",
    "plain",
    "date",
    "year",
    "integer",
    "decimal",
    "boolean",
    "duration",
    "address",
    "contact",
    "concept",
    "named",
    "node",
]
"""What a value is written as.

``text``: a literal with a language; ``plain``: one without; ``address``: an IRI; ``contact``: an
IRI of a telephone or mailbox; ``concept``: one of the field's schemes; ``named``: such a concept,
or a node of its own with a name; ``node``: a node with fields of its own.
"""

_Node = ox.NamedNode | ox.BlankNode
_LOCAL: Final = re.compile(r"[^/#]+$")


@dataclass(frozen=True, slots=True)
class Field:
    """One property as a field of a form."""

    key: str
    """The property's local name: unique within its node."""
    path: str
    """The property's IRI."""
    kind: Kind
    name: BilingualText
    help: BilingualText | None
    group: str
    order: float
    most: int | None
    """Values that the form offers room for by itself; None: as many as are wanted."""
    rare: bool
    """Whether only the form of all fields shows it."""
    given: bool
    """Whether the catalogue gives its value: only the form of all fields shows it at all."""
    long: bool
    """Whether its text has several lines."""
    table: bool
    """Whether its nodes are rows of a table."""
    whole: bool
    """Whether a new node has the dataset itself as its value, where none is given."""
    schemes: tuple[Scheme, ...]
    suggested: tuple[str, ...]
    prefix: str
    """How an IRI of a contact begins: ``tel:``."""
    node: NodeForm | None
    classes: tuple[str, ...]
    """The classes of a ``named`` node."""
    name_property: str
    fragment: str

    @property
    def single(self) -> bool:
        """Whether the form offers room for one value."""
        return self.most == 1


@dataclass(frozen=True, slots=True)
class NodeForm:
    """The fields of a node, and how a new one is made."""

    classes: tuple[str, ...]
    fragment: str
    """Its name below the dataset, with ``{n}`` for a number."""
    link: str | None
    """A property by which it points at the dataset."""
    fields: tuple[Field, ...]

    def field(self, key: str) -> Field | None:
        """Return a field by its key."""
        return next((one for one in self.fields if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Group:
    """Fields under one heading."""

    key: str
    name: BilingualText
    rare: bool
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class DatasetForm:
    """The whole form."""

    groups: tuple[Group, ...]
    root: NodeForm

    def walk(self) -> Iterator[tuple[tuple[str, ...], Field]]:
        """Yield each field with the properties that lead to it from the dataset."""
        yield from _walk(self.root, ())


@cache
def dataset_form() -> DatasetForm:
    """Return the form of a dataset; raises `ValueError` for a file that is not in order."""
    graph = _Graph((FORMS / "dataset.ttl").read_text(encoding="utf-8"))
    root = graph.node_form(ox.NamedNode(FORM.Dataset))
    root = NodeForm(root.classes, "", None, (*root.fields, *_unmapped_fields(root)))
    groups = [
        Group(
            str(node.value)[len(FORM) :],
            graph.text(node, RDFS.label),
            graph.flag(node, FORM.rare),
            tuple(
                sorted(
                    (one for one in root.fields if one.group == node.value),
                    key=lambda one: one.order,
                )
            ),
        )
        for node in sorted(graph.groups(), key=lambda node: graph.number(node, SH.order))
    ]
    return DatasetForm(tuple(groups), root)


def _walk(form: NodeForm, before: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Field]]:
    for one in form.fields:
        path = (*before, one.path)
        yield path, one
        if one.node is not None:
            yield from _walk(one.node, path)
        elif one.kind == "named":
            yield (*path, one.name_property), one


def _unmapped_fields(root: NodeForm) -> Iterator[Field]:
    """Yield a field for each property that keeps what was not understood, after what it is for."""
    names = {one.path: one.name for _, one in _walk(root, ())}
    for order, (path, given_for) in enumerate(GIVEN_FOR.items()):
        name = names[given_for]
        yield Field(
            key=local_name(path),
            path=path,
            kind="text",
            name=BilingualText(f"{name.zh}（原文）", f"{name.en} (as written)"),
            help=None,
            group=FORM.unmapped,
            order=order,
            most=None,
            rare=True,
            given=False,
            long=False,
            table=False,
            whole=False,
            schemes=(),
            suggested=(),
            prefix="",
            node=None,
            classes=(),
            name_property="",
            fragment="",
        )


def local_name(iri: str) -> str:
    """Return the last part of an IRI."""
    found = _LOCAL.search(iri)
    return found[0] if found else iri


class _Graph:
    def __init__(self, turtle: str) -> None:
        self._out: dict[_Node, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE):
            assert not isinstance(quad.subject, ox.Triple)
            self._out[quad.subject][quad.predicate.value].append(quad.object)

    def groups(self) -> list[ox.NamedNode]:
        group = ox.NamedNode(SH.PropertyGroup)
        return [
            node
            for node, pairs in self._out.items()
            if isinstance(node, ox.NamedNode) and any(group in found for found in pairs.values())
        ]

    def node_form(self, node: _Node) -> NodeForm:
        fields = [self._field(cast("_Node", one)) for one in self._out[node][SH.property]]
        return NodeForm(
            self._iris(node, FORM.term("class")),
            self._one(node, FORM.fragment),
            self._one(node, FORM.link) or None,
            tuple(sorted(fields, key=lambda one: (one.group, one.order))),
        )

    def _field(self, node: _Node) -> Field:
        path = self._one(node, SH.path)
        kind = self._one(node, FORM.kind)
        if kind not in get_args(Kind):
            raise ValueError(f"{path}: no kind {kind!r}")
        inner = self._out[node][SH.node]
        group = self._one(node, SH.group)
        most = self._one(node, SH.maxCount)
        schemes = tuple(iri.removeprefix(VOCAB) for iri in self._iris(node, FORM.scheme))
        return Field(
            key=local_name(path),
            path=path,
            kind=cast("Kind", kind),
            name=self.text(node, SH.name),
            help=self.text(node, SH.description) if self._out[node][SH.description] else None,
            group=group,
            order=self.number(node, SH.order),
            most=int(most) if most else None,
            rare=self.flag(node, FORM.rare)
            or (bool(group) and self.flag(ox.NamedNode(group), FORM.rare)),
            given=self.flag(node, FORM.given),
            long=self.flag(node, FORM.long),
            table=self.flag(node, FORM.table),
            whole=self.flag(node, FORM.whole),
            schemes=cast("tuple[Scheme, ...]", schemes),
            suggested=tuple(str(one.value) for one in self._literals(node, FORM.suggested)),
            prefix=self._one(node, FORM.prefix),
            node=self.node_form(cast("_Node", inner[0])) if inner else None,
            classes=self._iris(node, FORM.term("class")),
            name_property=self._one(node, FORM.nameProperty),
            fragment=self._one(node, FORM.fragment),
        )

    def text(self, node: _Node, prop: str) -> BilingualText:
        found = {one.language: one.value for one in self._literals(node, prop)}
        return BilingualText(found["zh"], found["en"])

    def number(self, node: _Node, prop: str) -> float:
        return float(self._one(node, prop))

    def flag(self, node: _Node, prop: str) -> bool:
        return self._one(node, prop) == "true"

    def _literals(self, node: _Node, prop: str) -> list[ox.Literal]:
        return [one for one in self._out[node][prop] if isinstance(one, ox.Literal)]

    def _iris(self, node: _Node, prop: str) -> tuple[str, ...]:
        found = self._out[node][prop]
        return tuple(one.value for one in found if isinstance(one, ox.NamedNode))

    def _one(self, node: _Node, prop: str) -> str:
        found = self._out[node][prop]
        return str(cast("ox.NamedNode | ox.Literal", found[0]).value) if found else ""


__all__ = ["FORM", "DatasetForm", "Field", "Group", "Kind", "NodeForm", "dataset_form"]
