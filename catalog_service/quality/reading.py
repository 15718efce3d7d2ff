"""What of a record is measured, read from its canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from catalog_service.quality.addresses.model import Part
from harvesters.mapping.web_addresses import has_user, is_web
from ontology.dates import earliest, latest
from ontology.ntriples import triples_of
from ontology.terms import ADMS, CSVW, DCAT, DCT, SHD, VOCAB
from ontology.vocabulary import Known, load_vocabulary

_FREQUENCY: Final = f"{VOCAB}frequency/"
_API: Final = f"{VOCAB}delivery-mode/api"
_ITEM: Final = (CSVW.title, CSVW.datatype, DCT.description)
"""What R21 demands of each data item."""

_Value = ox.NamedNode | ox.Literal
_Said = Mapping[str, list[_Value]]
"""By predicate."""


@dataclass(frozen=True, slots=True)
class Read:
    """``frequency`` is the notation of ``vocab:frequency``, or None; ``formats`` are IRIs.

    ``api``: one of the ``distributions`` is served by an API, all of which have ``instructions``.
    Of the data ``items``, so many are ``complete``: with a title, a type and a description.
    """

    publishers: tuple[str, ...]
    updated: str | None
    frequency: str | None
    interval: str | None
    distributions: int = 0
    formats: frozenset[str] = frozenset()
    api: bool = False
    instructions: bool = False
    sample: bool = False
    items: int = 0
    complete: int = 0
    place: bool = False
    period: bool = False
    own: _Said = field(default_factory=dict)
    """What is said of the dataset itself, by predicate."""
    forms: tuple[_Said, ...] = ()
    """The same of each distribution."""
    addresses: Mapping[str, Part] = field(default_factory=dict)
    """Web addresses that people may follow, and what each is named as first."""


def read(nquads: str, focus: str) -> Read:
    """Return what a canonical form says of its dataset.

    The day of update is the last that is given; where none is, the day of publication, as the
    dataset's page has it.
    """
    graph: dict[str, dict[str, list[_Value]]] = {}
    for triple in triples_of(nquads):
        subject, value = triple.subject, triple.object
        if isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode | ox.Literal):
            graph.setdefault(subject.value, {}).setdefault(triple.predicate.value, []).append(value)
    own: _Said = graph.get(focus, {})

    def beyond(said: _Said, predicate: str) -> list[_Said]:
        return [graph.get(one, {}) for one in _iris(said.get(predicate, ()))]

    distributions = beyond(own, DCAT.distribution)
    services = [one for form in distributions for one in beyond(form, DCAT.accessService)]
    modes = {one for form in distributions for one in _iris(form.get(SHD.deliveryMode, ()))}
    items = beyond(own, SHD.dataItem)
    return Read(
        publishers=tuple(_iris(own.get(DCT.publisher, ()))),
        updated=latest(_literals(own.get(DCT.modified, ())))
        or earliest(_literals(own.get(DCT.issued, ()))),
        frequency=_frequency(own.get(DCT.accrualPeriodicity, ())),
        interval=next(iter(_literals(own.get(SHD.updateInterval, ()))), None),
        distributions=len(distributions),
        formats=frozenset(
            _own_format(one) for form in distributions for one in _iris(form.get(DCT.format, ()))
        ),
        api=bool(services) or _API in modes,
        instructions=bool(services) and all(DCAT.endpointDescription in one for one in services),
        sample=ADMS.sample in own,
        items=len(items),
        complete=sum(all(said in one for said in _ITEM) for one in items),
        place=DCT.spatial in own,
        period=any(
            DCAT.startDate in one or DCAT.endDate in one for one in beyond(own, DCT.temporal)
        ),
        own=own,
        forms=tuple(distributions),
        addresses=_addresses(own, distributions, services),
    )


def own_formats(record: Read) -> dict[str, str]:
    """Return the formats of a record that are written otherwise, and the concepts that they mean.

    By IRI of another code list, or by name.
    """
    found: dict[str, str] = {}
    for form in record.forms:
        for one in form.get(DCT.format, ()):
            if isinstance(one, ox.NamedNode):
                found[one.value] = _own_format(one.value)
            else:
                known = load_vocabulary().find("format", one.value)
                if isinstance(known, Known):
                    found[one.value] = known.concept.iri
    return found


def _addresses(own: _Said, forms: Iterable[_Said], services: Iterable[_Said]) -> dict[str, Part]:
    found: dict[str, Part] = {}
    given: list[tuple[Part, _Said, str]] = [
        *(("download", one, DCAT.downloadURL) for one in forms),
        *(("access", one, DCAT.accessURL) for one in forms),
        *(("documentation", one, DCAT.endpointDescription) for one in services),
        ("landing-page", own, DCAT.landingPage),
    ]
    for part, said, predicate in given:
        for value in said.get(predicate, ()):
            if is_web(value.value) and not has_user(value.value):
                found.setdefault(value.value, part)
    return found


def _iris(values: Iterable[_Value]) -> list[str]:
    return list(dict.fromkeys(one.value for one in values if isinstance(one, ox.NamedNode)))


def _literals(values: Iterable[_Value]) -> list[str]:
    return [one.value for one in values if isinstance(one, ox.Literal)]


def _own_format(iri: str) -> str:
    if iri.startswith(VOCAB):
        return iri
    # Of another code list (EU CSV).
    return load_vocabulary().meant("format", iri) or iri


def _frequency(values: Iterable[_Value]) -> str | None:
    first = next(iter(values), None)
    if not isinstance(first, ox.NamedNode):
        return None
    iri = first.value
    if not iri.startswith(_FREQUENCY):
        # Of another code list (EU MONTHLY).
        iri = load_vocabulary().meant("frequency", iri) or iri
    return iri.removeprefix(_FREQUENCY) if iri.startswith(_FREQUENCY) else None
