"""Which file of a dataset is profiled, and what its record declares of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from catalog_service.datatypes import datatype_name
from catalog_service.quality.data.model import DeclaredItem, FileKind, Kind
from harvesters.mapping.web_addresses import has_user, is_web
from ontology.formats import LABELS, PREDICATES, formats_of
from ontology.ntriples import triples_of
from ontology.openness import open_type
from ontology.terms import CSVW, DCAT, DCT, SHD, VOCAB
from ontology.vocabulary import Vocabulary
from search.relations.fields import KeyItemIndex

_OPEN: Final = f"{VOCAB}open-type/unconditional"
_KEY_ITEM: Final = f"{VOCAB}key-item/"
_ORDER: Final[Mapping[str, FileKind]] = {
    "csv": "csv",
    "xlsx": "xlsx",
    "json": "json",
    "geojson": "geojson",
}
"""The formats that are profiled, by notation: of several files the first of these."""
_KINDS: Final[Mapping[str, Kind]] = {
    "Text": "text",
    "Whole number": "integer",
    "Number": "number",
    "Date": "date",
    "Date and time": "datetime",
    "Time": "time",
    "Yes or no": "boolean",
    "Web address": "address",
}
"""What a cell of a named type is; of others nothing is demanded."""
_LENGTH: Final = re.compile(r"char[^(（]*[(（]\s*([0-9]{1,5})\s*(?:char)?\s*[)）]", re.IGNORECASE)

_Node = Mapping[str, list[ox.NamedNode | ox.Literal]]


@dataclass(frozen=True, slots=True)
class FileTarget:
    """A file that anybody may take, and the data items of its record."""

    address: str
    kind: FileKind
    items: tuple[DeclaredItem, ...]


def file_target(nquads: str, focus: str, vocabulary: Vocabulary) -> FileTarget | None:
    """Return the file of a canonical form that is profiled; None where there is none.

    Anybody must be allowed to take the dataset without applying.
    """
    graph: dict[str, dict[str, list[ox.NamedNode | ox.Literal]]] = {}
    for triple in triples_of(nquads):
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            graph.setdefault(subject.value, {}).setdefault(triple.predicate.value, []).append(value)
    own: _Node = graph.get(focus, {})
    if _OPEN not in {open_type(one) or one for one in _values(own, DCT.accessRights)}:
        return None
    pages = _values(own, DCAT.landingPage)
    found: dict[FileKind, str] = {}
    for form in _nodes(graph, own, DCAT.distribution):
        kind = _kind_of(vocabulary, graph, form)
        if kind is None or "true" in _values(form, SHD.requiresApplication):
            continue
        for address in _values(form, DCAT.downloadURL):
            if address not in pages and is_web(address) and not has_user(address):
                found.setdefault(kind, address)
    kind = next((one for one in _ORDER.values() if one in found), None)
    if kind is None:
        return None
    index = KeyItemIndex(vocabulary)
    items = (_item(one, index) for one in _nodes(graph, own, SHD.dataItem))
    return FileTarget(found[kind], kind, tuple(one for one in items if one.names))


def code_lists(vocabulary: Vocabulary) -> dict[str, tuple[str, ...]]:
    """Return the code lists of key items: the divisions of Shanghai."""
    codes = {
        concept.notation
        for concept in vocabulary.concepts("place")
        if concept.notation and re.fullmatch(r"31[0-9]{4}", concept.notation)
    }
    return {"division-code": tuple(sorted(codes))} if codes else {}


def _nodes(graph: Mapping[str, _Node], said: _Node, predicate: str) -> list[_Node]:
    return [graph.get(one, {}) for one in _values(said, predicate)]


def _values(said: _Node, predicate: str) -> list[str]:
    return [one.value for one in said.get(predicate, ())]


def _kind_of(vocabulary: Vocabulary, graph: Mapping[str, _Node], form: _Node) -> FileKind | None:
    """Return what a file is, however its format is written; None for what is not profiled."""
    given = [
        [
            (one, *(text for label in LABELS for text in _values(graph.get(one, {}), label)))
            for one in _values(form, predicate)
        ]
        for predicate in PREDICATES
    ]
    found = (_ORDER.get(one.notation or "") for one in formats_of(vocabulary, given))
    return next((one for one in found if one is not None), None)


def _item(said: _Node, index: KeyItemIndex) -> DeclaredItem:
    names = tuple(dict.fromkeys([*_values(said, CSVW.term("title")), *_values(said, CSVW.name)]))
    datatype = next(iter(_values(said, CSVW.datatype)), "")
    length = _LENGTH.search(datatype)
    key = next((iri for name in names if (iri := index.key_item(name)) is not None), None)
    return DeclaredItem(
        names=names,
        kind=_KINDS.get(datatype_name(datatype) or ""),
        length=int(length[1]) if length else None,
        key_item=None if key is None else key.removeprefix(_KEY_ITEM),
    )
