"""The fragments of the event stream, answered from the journal as it stands.

Three levels: the entry, ranges of `RANGE` changes, and pages of `PAGE` changes each. Which changes
a page is about never changes, so that a page of passed changes gets no new member; what it shows of
them is what is public now (`catalog_service.journal.published`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.federation.errors import FRAGMENT_NOT_FOUND
from catalog_service.federation.event_stream import Relation, Stream
from catalog_service.federation.provenance import Provenance
from catalog_service.journal.published import PublicChange
from ontology.errors import AtlasError
from ontology.limits import MIB
from ontology.ntriples import triples_of
from ontology.terms import FOAF

PAGE: Final = 250
"""Changes that a page is about: the most members that it has."""

RANGE: Final = 100 * PAGE
"""Changes that a range is about."""

LONGEST: Final = 8 * MIB
"""Characters of content after which a page ends, and another one goes on."""

PATH: Final = "/ldes"


@dataclass(frozen=True, slots=True)
class Fragment:
    """One document of the stream."""

    quads: list[ox.Quad]
    is_full: bool
    """Whether it gets no more members nor relations."""


def entry(atlas: Service) -> Fragment:
    """Return the stream's first fragment, which leads to all ranges."""
    head = atlas.journal.head()
    return _index(atlas, _stream(atlas).view.value, 1, head, RANGE, "ranges", is_full=False)


def range_of(atlas: Service, first: int) -> Fragment:
    """Return the fragment that leads to the pages from change ``first`` on.

    Raises ``fragment-not-found``.
    """
    head = _reached(atlas, first)
    last = _end_of(first, RANGE)
    url = _url(atlas, "ranges", first)
    return _index(atlas, url, first, min(last, head), PAGE, "changes", is_full=last <= head)


def page(atlas: Service, first: int) -> Fragment:
    """Return the page of changes from ``first`` on; raises ``fragment-not-found``."""
    head = _reached(atlas, first)
    last = _end_of(first, PAGE)
    shown, end = atlas.journal.public_changes(first, min(last, head), LONGEST)
    stream = _stream(atlas)
    relations: list[Relation] = []
    # A walk that began before the next page did finds it from here.
    if end + 1 <= head:
        least = atlas.journal.times_of([end + 1])[end + 1]
        relations.append(Relation(_url(atlas, "changes", end + 1), least, None))
    # A page at the end has no way on yet. One that its length has cut grows when something in it
    # ends, or is superseded.
    is_full = end == last < head
    url = _url(atlas, "changes", first)
    quads = [
        *stream.fragment(url, relations, is_full=is_full),
        *stream.members(shown, Provenance.of(atlas.journal, atlas.settings.base_iri)),
    ]
    return Fragment(quads, is_full)


def public_triples(atlas: Service, shown: Iterable[PublicChange]) -> list[ox.Triple]:
    """Return what public versions say, with their homes; nothing of what ended."""
    provenance = Provenance.of(atlas.journal, atlas.settings.base_iri)
    found: list[ox.Triple] = []
    for change in shown:
        if change.nquads is None:
            continue
        dataset = ox.NamedNode(change.focus)
        if change.iri != change.focus:
            topic = ox.NamedNode(FOAF.primaryTopic)
            found.append(ox.Triple(ox.NamedNode(change.iri), topic, dataset))
        found += provenance.statements(dataset, change.source, change.iri)
        found += triples_of(change.nquads)
    return found


def _index(
    atlas: Service, url: str, first: int, last: int, step: int, level: str, *, is_full: bool
) -> Fragment:
    """Return a fragment that leads to others, each about ``step`` changes."""
    starts = [first, *range(_end_of(first, step) + 1, last + 1, step)] if last >= first else []
    ends = {start: _end_of(start, step) for start in starts}
    head = atlas.journal.head()
    times = atlas.journal.times_of([*starts, *(end for end in ends.values() if end <= head)])
    relations = [
        Relation(_url(atlas, level, start), times[start], times.get(ends[start]))
        for start in starts
        if start in times
    ]
    return Fragment(list(_stream(atlas).fragment(url, relations, is_full=is_full)), is_full)


def _reached(atlas: Service, first: int) -> int:
    """Return the last change's number; raises ``fragment-not-found`` where ``first`` is none."""
    head = atlas.journal.head()
    if not 1 <= first <= head:
        raise AtlasError(FRAGMENT_NOT_FOUND, first=first)
    return head


def _end_of(number: int, step: int) -> int:
    """Return the last number of the part of ``step`` numbers that holds ``number``."""
    return (number - 1) // step * step + step


def _stream(atlas: Service) -> Stream:
    return Stream.at(atlas.settings.base_iri, atlas.settings.public_url)


def _url(atlas: Service, level: str, first: int) -> str:
    return f"{atlas.settings.public_url}{PATH}/{level}/{first}"
