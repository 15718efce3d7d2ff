"""DCAT: one record for each dataset that an RDF file describes.

A record holds the dataset and everything that is reached from it through the file's own
statements: distributions, services, contacts, publishers, periods, places, licences, blank nodes.
It stops at other datasets, series, catalogues and their records, and it does not follow the links
of a concept, so that no code list is copied into a record. The item of the open list that the
dataset names, and catalogue records that are fragments of its IRI, are its own: they come along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final
from urllib.parse import unquote

import pyoxigraph as ox

from harvesters.errors import ADDRESS_WITH_USER, NO_DATASET, NOT_ONE_RECORD, PERSONAL_IDENTIFIER
from harvesters.limits import DEFAULT, Limits
from harvesters.mapping.mapping_files import mapping_digest
from harvesters.mapping.web_addresses import has_user
from harvesters.privacy.personal_data import masked
from harvesters.privacy.triples import clean_triples
from harvesters.privacy.web_addresses import clean_web_address
from harvesters.protocols import ClosedItemError, Incoming, Item, MappedRecord, Unreadable
from harvesters.readers.duplicate_ids import SeenIdentifiers
from harvesters.readers.files import Input
from harvesters.readers.rdf.catalog_members import infer_datasets, not_read
from harvesters.readers.rdf.dataset_closure import BOUNDS, DATASET, closure, is_a
from harvesters.readers.rdf.fault_scope import Node
from harvesters.readers.rdf.graph import Graph
from harvesters.readers.rdf.incomplete_datasets import IncompleteDatasets, unknown_loss
from harvesters.readers.rdf.parsing import read_graph
from harvesters.readers.rdf.relative_iris import RELATIVE, is_relative, resolved
from harvesters.readers.remote_ids import MAX_IDENTIFIER, checked_identifier
from ontology.allowed_subjects import may_describe
from ontology.canonical import canonical_record
from ontology.errors import FOREIGN_SUBJECT, AtlasError, FilePosition
from ontology.openness import doubts, is_open
from ontology.record import Record, mint_iri
from ontology.terms import DCT

_IDENTIFIER: Final = ox.NamedNode(DCT.identifier)


class DcatReader:
    """Reads the datasets of one RDF file (`harvesters.protocols.Reader`).

    The remote id is the dataset's ``dct:identifier`` where it has exactly one, else the last part
    of its IRI; where datasets of a file would share it, ``~`` and a digest of the IRI follow.
    ``focus`` is the publisher's own IRI.
    """

    def __init__(
        self,
        source: Input,
        *,
        base_iri: str,
        source_id: str,
        limits: Limits = DEFAULT,
        remote_id: str | None = None,
        graph: Graph | None = None,
        only: Callable[[Node], bool] | None = None,
        name: Callable[[str], str] | None = None,
    ) -> None:
        """Read a file.

        ``graph`` is what was already read of it; ``only`` tells which datasets are wanted, and
        ``name`` makes the remote id of a dataset's IRI.
        """
        self._name = name
        self._source = source
        self._only = only
        self._graph = graph
        self._remote_id = remote_id
        self._base = base_iri
        self._source_id = source_id
        self._limits = limits
        self._digest = mapping_digest("dcat", base_iri, source_id)

    def __iter__(self) -> Iterator[Item]:
        """Yield the faults of the file, then an item for each dataset."""
        graph = self._graph if self._graph is not None else self._read()
        unknown = unknown_loss(graph)
        if unknown is not None:
            # The unread part may belong to any record.
            yield Unreadable(unknown)
            return
        place = FilePosition(self._source.name)
        infer_datasets(graph, place)
        datasets = [node for node, triples in graph.out.items() if is_a(triples, DATASET)]
        bounds = {node for node, ts in graph.out.items() if any(is_a(ts, b) for b in BOUNDS)}
        incomplete = IncompleteDatasets(graph, datasets, bounds) if graph.faults else None
        if incomplete is not None:
            yield from incomplete.unreadable()
        if not datasets:
            if not graph.faults:
                raise AtlasError(NO_DATASET, place=FilePosition(self._source.name))
            return
        if self._remote_id is not None and len(datasets) != 1:
            raise AtlasError(
                NOT_ONE_RECORD, place=FilePosition(self._source.name), count=len(datasets)
            )
        beside = tuple(not_read(graph, datasets, place))
        seen = SeenIdentifiers()
        for node, remote_id in self._identified(datasets, graph):
            if incomplete is not None and node in incomplete.nodes:
                continue
            if self._only is not None and not self._only(node):
                continue
            own = self._remote_id or remote_id
            try:
                checked_identifier(own, FilePosition(self._source.name))
                if isinstance(node, ox.NamedNode) and clean_web_address(node.value).kinds:
                    raise AtlasError(PERSONAL_IDENTIFIER, place=FilePosition(self._source.name))
            except AtlasError as error:
                yield Unreadable(error)
                continue
            yield seen.check(self._incoming(node, own, graph, bounds, beside))
            beside = ()

    def _read(self) -> Graph:
        if self._remote_id is None:
            return read_graph(self._source, self._limits)
        # A document at a record's own address: <> is the record (RFC 3986, section 5.1.3).
        own = mint_iri(self._base, self._source_id, self._remote_id)
        return read_graph(self._source, self._limits, own)

    def _identified(self, datasets: list[Node], graph: Graph) -> Iterator[tuple[Node, str]]:
        names = {
            node: self._name(node.value)
            if self._name is not None and isinstance(node, ox.NamedNode)
            else _name(node, graph.out[node])
            for node in datasets
        }
        uses: dict[str, int] = {}
        for name in names.values():
            uses[name] = uses.get(name, 0) + 1
        for node, name in names.items():
            if uses[name] > 1 or len(name) > MAX_IDENTIFIER:
                own = hashlib.sha256(str(node).encode()).hexdigest()[:12]
                yield node, f"{name[:200]}~{own}"
            else:
                yield node, name

    def _incoming(
        self,
        node: Node,
        remote_id: str,
        graph: Graph,
        bounds: set[Node],
        beside: tuple[AtlasError, ...],
    ) -> Incoming:
        """Return a dataset as an item; ``beside`` are warnings about the file."""
        triples, subjects = closure(node, graph, bounds)
        warnings = tuple(w for s in subjects for w in graph.warnings.get(s, ()))
        place = (
            warnings[0].place if warnings and warnings[0].place else FilePosition(self._source.name)
        )
        fingerprint = hashlib.sha256(self._digest + _payload(triples)).digest()
        make = partial(self._make, node, remote_id, triples, warnings + beside, graph.relative)
        return Incoming(remote_id, place, fingerprint, make, partial(_payload, triples))

    def _make(
        self,
        node: Node,
        remote_id: str,
        triples: list[ox.Triple],
        warnings: tuple[AtlasError, ...],
        relative: bool,
    ) -> MappedRecord:
        record_iri = mint_iri(self._base, self._source_id, remote_id)
        if relative:
            place = FilePosition(self._source.name)
            triples, unsettled = resolved(triples, node, record_iri, place)
            warnings += unsettled
        focus: ox.NamedNode
        if is_relative(node):
            focus = ox.NamedNode(record_iri)
        elif isinstance(node, ox.NamedNode):
            focus = node
        else:
            # A dataset without an IRI gets the record's.
            focus = ox.NamedNode(record_iri)
            triples = [_renamed(t, node, focus) for t in triples]
        triples, foreign = self._without_foreign_subjects(triples, record_iri, focus)
        warnings += foreign
        warnings += self._with_users(triples)
        cleaned = clean_triples(triples, focus=focus)
        try:
            record = canonical_record(
                cleaned.triples,
                iri=record_iri,
                source=self._source_id,
                remote_id=remote_id,
                focus=focus.value,
            )
        except AtlasError as error:
            text = "".join(f"{t.subject} {t.predicate} {t.object} .\n" for t in cleaned.triples)
            said = Record(record_iri, self._source_id, remote_id, focus.value, text)
            if is_open(said) and not doubts(said):
                raise
            raise ClosedItemError(error.kind, place=error.place, **error.params) from error
        return MappedRecord(record, cleaned.removed, warnings)

    def _with_users(self, triples: list[ox.Triple]) -> tuple[AtlasError, ...]:
        """Return a warning for each address with a user, which can be mistaken for its host."""
        found = {
            t.object.value: None
            for t in triples
            if isinstance(t.object, ox.NamedNode)
            and "@" in t.object.value
            and has_user(t.object.value)
        }
        place = FilePosition(self._source.name)
        return tuple(
            AtlasError(ADDRESS_WITH_USER, place=place, value=masked(value)) for value in found
        )

    def _without_foreign_subjects(
        self, triples: list[ox.Triple], record_iri: str, focus: ox.NamedNode
    ) -> tuple[list[ox.Triple], tuple[AtlasError, ...]]:
        """Remove statements about other records and about terms, such as labels of a vocabulary.

        A dataset whose own IRI is another record's is refused later, by the catalogue.
        """
        foreign = {
            subject
            for subject in {t.subject for t in triples}
            if isinstance(subject, ox.NamedNode)
            and subject != focus
            and not may_describe(
                subject.value, base=self._base, source=self._source_id, record_iri=record_iri
            )
        }
        if not foreign:
            return triples, ()
        place = FilePosition(self._source.name)
        return [t for t in triples if t.subject not in foreign], tuple(
            AtlasError(FOREIGN_SUBJECT, place=place, iri=record_iri, subject=subject)
            for subject in sorted(node.value for node in foreign)
        )


def _payload(triples: list[ox.Triple]) -> bytes:
    """Return the triples as text for the fingerprint, blank nodes numbered in order.

    Parsers label blank nodes differently each time; the numbers depend on the file only.
    """
    numbers: dict[object, str] = {}

    def term(node: object) -> str:
        if isinstance(node, ox.BlankNode):
            return numbers.setdefault(node, f"_:{len(numbers)}")
        return str(node)

    return "\n".join(f"{term(t.subject)} {t.predicate} {term(t.object)}" for t in triples).encode()


def _name(node: Node, triples: list[ox.Triple]) -> str:
    given = {
        t.object.value.strip()
        for t in triples
        if t.predicate == _IDENTIFIER and isinstance(t.object, ox.Literal)
    } - {""}
    if len(given) == 1:
        return given.pop()
    if isinstance(node, ox.NamedNode) and node.value != RELATIVE:
        last = node.value.rstrip("/#").replace("#", "/").rsplit("/", 1)[-1]
        if last:
            return unquote(last)
        return hashlib.sha256(node.value.encode()).hexdigest()[:16]
    lines = sorted(f"{t.predicate} {t.object}" for t in triples if isinstance(t.object, ox.Literal))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def _renamed(triple: ox.Triple, old: ox.BlankNode, new: ox.NamedNode) -> ox.Triple:
    subject = new if triple.subject == old else triple.subject
    obj = new if triple.object == old else triple.object
    return ox.Triple(subject, triple.predicate, obj)
