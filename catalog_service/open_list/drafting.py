"""From what a draft of a list begins: the catalogue, last year's list, or a file of a list."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from catalog_service.context import Service
from catalog_service.journal.model import version_of
from catalog_service.open_list.errors import LIST_ROWS
from catalog_service.open_list.model import CLOSED, Content, ListItem
from catalog_service.samples.service import sample_records
from harvesters.errors import ROW_LEFT_OUT
from harvesters.protocols import Unreadable
from harvesters.readers.formats import read_bytes
from ontology.errors import AtlasError, code_of
from ontology.languages import BilingualText
from ontology.ntriples import unescape
from ontology.record import Record
from ontology.terms import DCT, ODRL, SHD
from search.index.concepts import ConceptIndex
from search.index.from_record import document_of
from search.index.model import SearchDocument

_FILE_SOURCE: Final = "open-list"
"""The source under which a file of a list is read; none of its records is kept."""
_AT_ONCE: Final = 2_000
_MIB_OF_TEXT: Final = 32 * 1_024 * 1_024
_FAULTS_TOLD: Final = 100
"""Faulty rows of a file that are told one by one, with how many there are."""
SEPARATOR: Final = "、"
_TEXT: Final = r'"((?:[^"\\]|\\.)*)"'
_SCOPE: Final = re.compile(rf"<{re.escape(SHD.openScope)}> {_TEXT}")
_POLICY: Final = re.compile(rf"<{re.escape(ODRL.hasPolicy)}> (<[^>]*>) \.")
_PUBLISHER: Final = re.compile(rf"^<([^>]*)> <{re.escape(DCT.publisher)}> <([^>]*)> \.$", re.M)


class Items:
    """Makes items of records."""

    def __init__(self, atlas: Service) -> None:
        """Read the vocabularies."""
        self._vocabulary = atlas.vocabulary
        self._concepts = ConceptIndex(atlas.vocabulary)

    def of(self, record: Record) -> ListItem:
        """Return the item that a catalogued record makes; its key is ``source/remote id``."""
        found = document_of(record, self._concepts)
        return ListItem(
            key=f"{record.source}/{record.remote_id}",
            title=found.title,
            provider=SEPARATOR.join(found.publishers),
            description="" if found.description == found.title else found.description,
            content=SEPARATOR.join(found.fields),
            scope=SEPARATOR.join(map(unescape, _SCOPE.findall(record.nquads))),
            open_type=self._labels(found, "open_type"),
            conditions=_conditions(record),
            frequency=self._labels(found, "frequency"),
            form=self._labels(found, "format"),
            domain=self._labels(found, "theme"),
            source=record.source,
            remote_id=record.remote_id,
        )

    def publishers(self, record: Record) -> set[str]:
        """Return who publishes a dataset, by IRI."""
        return _publishers(record)

    def _labels(self, document: SearchDocument, facet: str) -> str:
        found = (self._vocabulary.concept(iri) for iri in document.facets.get(facet, ()))
        return SEPARATOR.join(one.zh for one in found if one is not None)


def from_catalog(atlas: Service, organization: str) -> Content:
    """Return the public datasets of an organization and of what lies below it.

    Those without an open type, too: the check asks for it. Reads all public records: seconds for a
    large catalogue, and needs no projection.
    """
    return open_ones(items_of(atlas, [organization])[organization])


def open_ones(items: Iterable[ListItem]) -> Content:
    """Return what a list begins from of the items of an organization's datasets."""
    return Content.of(one for one in items if one.open_type != CLOSED)


def items_of(atlas: Service, organizations: Collection[str]) -> dict[str, list[ListItem]]:
    """Return the items of the public datasets of each organization, and of what lies below it.

    All public records are read once, however many organizations there are.
    """
    make = Items(atlas)
    found: dict[str, list[ListItem]] = {one: [] for one in organizations}
    publish_for: dict[str, list[str]] = {}
    for organization in found:
        for one in _own(atlas, organization):
            publish_for.setdefault(one, []).append(organization)
    for record in public_records(atlas):
        reached = {to for one in _publishers(record) for to in publish_for.get(one, ())}
        if reached:
            item = make.of(record)
            for organization in reached:
                found[organization].append(item)
    return found


def records_of(atlas: Service, organization: str) -> Iterator[Record]:
    """Yield the public records that an organization, or one below it, publishes."""
    own = _own(atlas, organization)
    for record in public_records(atlas):
        if own & _publishers(record):
            yield record


def publishers_of(atlas: Service, organization: str) -> tuple[str, ...]:
    """Return the organizations whose datasets belong on an organization's list, by IRI."""
    return tuple(sorted(_own(atlas, organization)))


def _own(atlas: Service, organization: str) -> frozenset[str]:
    return (atlas.accounts.hierarchy.below(organization) or frozenset()) | {organization}


def _publishers(record: Record) -> set[str]:
    return {iri for node, iri in _PUBLISHER.findall(record.nquads) if node == record.focus}


def public_records(atlas: Service) -> Iterator[Record]:
    """Yield all public records but samples, in parts: no transaction stays open."""
    samples = sample_records(atlas)
    first: int | None = 0
    while first is not None:
        part, first = atlas.journal.public_records(first, _AT_ONCE, _MIB_OF_TEXT)
        for stored in part:
            record = version_of(stored)
            if record is not None and record.iri not in samples:
                yield record


@dataclass(frozen=True, slots=True)
class FromFile:
    """What a file says: the organization's items, and rows of other departments, left out."""

    content: Content
    left_out: tuple[ListItem, ...]
    aside: tuple[tuple[int, str], ...] = ()
    """Number of each row that is no item, and why (`harvesters.readers.side_rows.WHY`)."""


def from_file(atlas: Service, organization: str, name: str, body: bytes, year: int) -> FromFile:
    """Return the items of a CSV or workbook; rows named as a catalogued dataset refer to it.

    Rows whose title several datasets of the organization have stand alone. Rows whose provider is
    another organization, and none below, are left out; a provider that the vocabulary does not know
    may be an office of its own. Raises what reading a list does, and ``open-list-rows`` where
    several rows cannot be read: all of them are told.
    """
    reader = read_bytes(
        body,
        name=name,
        source=_FILE_SOURCE,
        base_iri=atlas.settings.base_iri,
        vocabulary=atlas.vocabulary,
        format="open-list",
        year=year,
    )
    make, own = Items(atlas), _own(atlas, organization)
    rows: list[ListItem] = []
    others: list[ListItem] = []
    aside: list[tuple[int, str]] = []
    faults: list[AtlasError] = []
    for incoming in reader:
        if isinstance(incoming, Unreadable):
            faults.append(incoming.error)
            continue
        try:
            made = incoming.make()
        except AtlasError as error:
            faults.append(error)
            continue
        record = made.record
        aside += _aside(made.warnings)
        known = {iri for iri in _publishers(record) if atlas.vocabulary.concept(iri) is not None}
        (others if known and not known & own else rows).append(make.of(record))
    if faults:
        raise _all_of(faults)
    found = _referring(rows, (make.of(one) for one in records_of(atlas, organization)))
    return FromFile(Content.of(found), tuple(others), tuple(aside))


def _aside(warnings: Iterable[AtlasError]) -> Iterator[tuple[int, str]]:
    for one in warnings:
        if one.kind is ROW_LEFT_OUT and one.place is not None:
            yield one.place.line or 0, code_of(one.params["why"])


def _all_of(faults: list[AtlasError]) -> AtlasError:
    """Return one error that tells all of them, by file and row."""
    if len(faults) == 1:
        return faults[0]
    told = faults[:_FAULTS_TOLD]
    more = " …" if len(faults) > len(told) else ""
    zh, en = ("\n".join(["", *(one.message(lang) for one in told)]) for lang in ("zh", "en"))
    return AtlasError(LIST_ROWS, count=len(faults), faults=BilingualText(zh + more, en + more))


def referring(
    atlas: Service, organization: str, rows: Iterable[ListItem], taken: Collection[str]
) -> list[ListItem]:
    """Return rows that stand alone, each with its dataset where one alone has its title.

    Datasets of the organization whose keys are in ``taken`` are on the list already. Reads all
    public records, as `from_catalog` does.
    """
    make = Items(atlas)
    found = (make.of(record) for record in records_of(atlas, organization))
    return list(_referring(rows, (one for one in found if one.key not in taken)))


def _referring(rows: Iterable[ListItem], known: Iterable[ListItem]) -> Iterator[ListItem]:
    by_title: dict[str, list[ListItem]] = {}
    for one in known:
        by_title.setdefault(one.title, []).append(one)
    used: set[str] = set()
    for row in rows:
        found = by_title.get(row.title, [])
        if len(found) == 1 and found[0].key not in used:
            one = found[0]
            used.add(one.key)
            yield replace(row, key=one.key, source=one.source, remote_id=one.remote_id)
        else:
            yield replace(row, source="", remote_id="")


def _conditions(record: Record) -> str:
    found = []
    for policy in _POLICY.findall(record.nquads):
        pattern = rf"^{re.escape(policy)} <{re.escape(DCT.description)}> {_TEXT}"
        found += re.findall(pattern, record.nquads, re.M)
    return SEPARATOR.join(dict.fromkeys(map(unescape, found)))
