"""What a record says of its dataset, in the shape that the API answers and the pages show."""

from __future__ import annotations

import re
from typing import Final

import pyoxigraph as ox

from catalog_service.answers import Named
from catalog_service.datasets.description_model import (
    MAX_SHOWN,
    Access,
    DataItem,
    Description,
    Unmapped,
)
from catalog_service.datasets.record_statements import Concepts, Statements
from catalog_service.datasets.terms_of_use import file_formats, terms
from ontology.dates import earliest, latest
from ontology.languages import language_of
from ontology.openness import open_type
from ontology.terms import ADMS, CSVW, DCAT, DCT, FOAF, ODRL, RDFS, SHD, SKOS, VCARD, VOCAB
from ontology.unmapped_values import GIVEN_FOR, reason
from ontology.vocabulary import Scheme, load_vocabulary

_TITLE: Final = DCT.term("title")


_STARTS: Final = (DCAT.startDate, "http://schema.org/startDate", "https://schema.org/startDate")
_ENDS: Final = (DCAT.endDate, "http://schema.org/endDate", "https://schema.org/endDate")
"""How a period says its days: DCAT 2, and DCAT-AP before it."""
_SCHEMES: Final = re.compile(r"^(?:\s*(?:tel|mailto):)+", re.IGNORECASE)


def describe(
    nquads: str, *, iri: str, focus: str, source: str, remote_id: str, concepts: Concepts
) -> Description:
    """Return the description of a record; a record without a title is called by its remote id."""
    s = Statements.read(nquads, concepts)
    one = _One(s, focus)
    items = list(s.below(focus, SHD.dataItem))
    distributions = list(s.below(focus, DCAT.distribution))
    offers = s.iris(focus, ODRL.hasPolicy)
    return Description(
        iri=iri,
        focus=focus,
        source=source,
        remote_id=remote_id,
        title=s.texts(focus, _TITLE) or {"": remote_id},
        description=s.prose(focus, DCT.description),
        publishers=one.many(DCT.publisher),
        open_type=_open_type(s, one.first(DCT.accessRights)),
        sharing_type=one.first(SHD.sharingType),
        frequency=_meant(s, "frequency", one.first(DCT.accrualPeriodicity)),
        update_interval=s.value(focus, SHD.updateInterval),
        themes=one.many(DCAT.theme),
        subjects=one.many(DCT.subject),
        keywords=s.in_order(focus, DCAT.keyword),
        issued=earliest(s.literals(focus, DCT.issued)),
        # Of several, the last day is the one that "changed" is about.
        modified=latest(s.literals(focus, DCT.modified)),
        spatial=one.many(DCT.spatial),
        temporal=[
            (
                earliest(one for p in _STARTS for one in s.literals(node, p)),
                latest(one for p in _ENDS for one in s.literals(node, p)),
            )
            for node in s.iris(focus, DCT.temporal)
        ],
        landing_pages=s.iris(focus, DCAT.landingPage),
        row_count=s.integer(focus, SHD.rowCount),
        data_size=s.value(focus, SHD.dataSize),
        resource_types=one.many(SHD.resourceType),
        data_items=[_item(s, node) for node in items[:MAX_SHOWN]],
        data_item_count=len(items),
        distributions=[_access(s, node) for node in distributions[:MAX_SHOWN]],
        distribution_count=len(distributions),
        samples=[_access(s, node) for node in list(s.below(focus, ADMS.sample))[:MAX_SHOWN]],
        conditions=[t for node in offers if (t := s.prose(node, DCT.description))],
        condition_supplements=[
            t for node in offers if (t := s.prose(node, SHD.conditionSupplement))
        ],
        conditional_reasons=one.many(SHD.conditionalReason),
        agreements=[
            Named(
                iri=next(iter(s.iris(node, FOAF.page)), node),
                label=s.texts(node, _TITLE),
            )
            for node in s.iris(focus, SHD.agreement)
        ],
        licenses=terms(s, focus, DCT.license),
        rights=terms(s, focus, DCT.rights),
        contacts=[c for node in s.iris(focus, DCAT.contactPoint) if (c := _contact(s, node))],
        provenance=[
            t for node in s.iris(focus, DCT.provenance) if (t := s.prose(node, RDFS.label))
        ],
        security_level=one.first(SHD.securityLevel),
        libraries=one.many(SHD.library),
        high_quality=s.boolean(focus, SHD.highQuality),
        score=s.value(focus, SHD.score),
        unmapped=[
            Unmapped(
                property=prop,
                value=text,
                reason=None if prop is None else reason(concepts, prop, text),
            )
            for predicate, prop in (*GIVEN_FOR.items(), (SHD.unmappedValue, None))
            for text in s.literals(focus, predicate)
        ],
    )


class _One:
    """Reads named things of one subject."""

    def __init__(self, statements: Statements, subject: str) -> None:
        self._s = statements
        self._subject = subject

    def many(self, predicate: str) -> list[Named]:
        found = []
        for value in self._s.objects(self._subject, predicate)[:MAX_SHOWN]:
            if isinstance(value, ox.Literal):
                found.append(Named(label={language_of(value.language or ""): value.value}))
            else:
                found.append(_named(self._s, value.value))
        return found

    def first(self, predicate: str) -> Named | None:
        return next(iter(self.many(predicate)), None)


def _open_type(s: Statements, found: Named | None) -> Named | None:
    """Return access rights as the open type that they mean, whichever table they are of."""
    meant = open_type(found.iri) if found is not None and found.iri is not None else None
    return found if meant is None else _named(s, meant)


def _meant(s: Statements, scheme: Scheme, found: Named | None) -> Named | None:
    """Return a concept of another code list (EU MONTHLY) as ours that it is mapped to."""
    if found is None or found.iri is None or found.notation is not None:
        return found
    meant = load_vocabulary().meant(scheme, found.iri)
    return found if meant == found.iri else _named(s, meant)


def _named(s: Statements, iri: str) -> Named:
    notation = iri.removeprefix(VOCAB).partition("/")[2] if iri.startswith(VOCAB) else None
    return Named(iri=iri, notation=notation, label=s.name(iri))


def _item(s: Statements, node: str) -> DataItem:
    return DataItem(
        iri=node,
        title=s.texts(node, CSVW.term("title")) or s.texts(node, CSVW.name),
        datatype=s.value(node, CSVW.datatype),
        description=s.prose(node, DCT.description),
        required=s.boolean(node, CSVW.required),
    )


def _access(s: Statements, node: str) -> Access:
    one = _One(s, node)
    services = s.iris(node, DCAT.accessService)
    return Access(
        iri=node,
        title=s.texts(node, _TITLE),
        format=next(iter(file_formats(s, node)), None),
        licenses=terms(s, node, DCT.license),
        rights=terms(s, node, DCT.rights),
        mode=one.first(SHD.deliveryMode),
        access_urls=s.iris(node, DCAT.accessURL),
        download_urls=s.iris(node, DCAT.downloadURL),
        byte_size=s.integer(node, DCAT.byteSize),
        endpoint_urls=[u for service in services for u in s.iris(service, DCAT.endpointURL)],
        endpoint_descriptions=[
            o.value for service in services for o in s.objects(service, DCAT.endpointDescription)
        ],
        description=s.prose(node, DCT.description),
        requires_application=s.boolean(node, SHD.requiresApplication),
    )


def _contact(s: Statements, node: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, predicate in (
        ("name", VCARD.fn),
        ("telephone", VCARD.hasTelephone),
        ("email", VCARD.hasEmail),
    ):
        values = s.objects(node, predicate)
        if values:
            found[name] = _SCHEMES.sub("", values[0].value)
    if not found and (label := s.texts(node, SKOS.prefLabel)):
        found["name"] = next(iter(label.values()))
    return found
