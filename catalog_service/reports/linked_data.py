"""A report's figures as two RDF Data Cubes: shares, with what they are of, and plain counts.

The RDF Data Cube Vocabulary: https://www.w3.org/TR/vocab-data-cube/. A share and a count have other
measures, and every observation of a cube has all of its measures: so there are two.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from catalog_service.reports.model import CITY, KINDS, Counted, Report, Reported
from catalog_service.reports.wording import Words
from catalog_service.shares import rounded_percent
from ontology.serialization import write
from ontology.terms import (
    DCAT,
    DCT,
    FOAF,
    PREFIXES,
    PROV,
    RDF,
    RDFS,
    RULE,
    SKOS,
    VOCAB,
    XSD,
    Namespace,
)

QB: Final = Namespace("http://purl.org/linked-data/cube#")
SDMX: Final = Namespace("http://purl.org/linked-data/sdmx/2009/dimension#")
PERIOD: Final = SDMX.refPeriod
_PREFIXES: Final = {**PREFIXES, "qb": str(QB), "sdmx-dimension": str(SDMX)}

_MEASURES: Final = {
    "counted": ("integer", "数量", "Counted"),
    "whole": ("integer", "总数", "Of"),
    "share": ("decimal", "百分比", "Per cent"),
}
_CUBES: Final = {
    "shares": (("counted", "whole", "share"), "比例类指标", "Shares"),
    "counts": (("counted",), "数量类指标", "Counts"),
}
"""The measures and the names of each cube."""
_ORGANIZATIONS: Final = f"{VOCAB}organization/"

_Triples = Iterator[ox.Triple]
_Key = tuple[str, Reported, Counted]


def as_turtle(report: Report) -> bytes:
    """Write a report's cubes: the same report is the same bytes.

    pyoxigraph writes prefixes in an order that another process does not keep; they are sorted.
    """
    lines = write(report_rdf(report), ox.RdfFormat.TURTLE, _PREFIXES).body.splitlines(keepends=True)
    heads = sorted(one for one in lines if one.startswith(b"@prefix"))
    return b"".join((*heads, *(one for one in lines if not one.startswith(b"@prefix"))))


def report_rdf(report: Report) -> _Triples:
    """Yield the cubes with their structures, code list and observations.

    Each figure of the organization on each day that the report shows, and of the city's report each
    organization's at its end. Where there is nothing to share there is no observation.
    """
    page, terms = _page(report), f"{report.base}/reports"
    title = {lang: Words(lang).title(report) for lang in ("zh", "en")}
    for cube, (measures, zh, en) in _CUBES.items():
        node, structure = f"{page}#{cube}", f"{terms}#{cube}-structure"
        yield _link(node, RDF.type, QB.DataSet)
        yield _link(node, QB.structure, structure)
        yield from _labels(node, f"{title['zh']}：{zh}", f"{title['en']}: {en}")
        yield _link(node, DCT.temporal, f"{page}#period")
        yield _link(node, FOAF.page, page)
        yield from _structure(terms, structure, measures)
    yield _link(f"{page}#period", RDF.type, DCT.PeriodOfTime)
    yield _value(f"{page}#period", DCAT.startDate, report.period.first.isoformat(), "date")
    yield _value(f"{page}#period", DCAT.endDate, report.day.isoformat(), "date")
    yield from _properties(terms)
    yield from _figures(terms)
    named: dict[str, Reported] = {}
    for figure, organization, one in _observed(report):
        is_share, percent = one.whole is not None, one.percent
        if is_share and percent is None:
            continue
        of = _organization(report.base, organization)
        named[of] = organization
        node = f"{page}#{figure}-{_segment(organization)}-{one.day.isoformat()}"
        yield _link(node, RDF.type, QB.Observation)
        yield _link(node, QB.dataSet, f"{page}#{'shares' if is_share else 'counts'}")
        yield _link(node, f"{terms}#figure", f"{terms}#figure-{figure}")
        yield _link(node, f"{terms}#organization", of)
        yield _value(node, PERIOD, one.day.isoformat(), "date")
        yield _value(node, f"{terms}#counted", str(one.counted), "integer")
        if percent is not None:
            share = f"{rounded_percent(percent, 4):.4f}"
            yield _value(node, f"{terms}#whole", str(one.whole), "integer")
            yield _value(node, f"{terms}#share", share, "decimal")
    for iri, organization in sorted(named.items()):
        yield _link(iri, RDF.type, FOAF.Agent)
        yield from _texts(iri, RDFS.label, organization.zh, organization.en)


def _observed(report: Report) -> Iterator[_Key]:
    seen: set[tuple[str, str, str]] = set()

    def each() -> Iterator[_Key]:
        for line in report.lines:
            points = (line.now, line.before, *line.course)
            for one in points:
                if one is not None:
                    yield line.kind.name, report.organization, one
        for peer in report.peers:
            for figure, one in peer.figures.items():
                yield figure, peer.organization, one

    for figure, organization, one in each():
        key = (figure, organization.iri, one.day.isoformat())
        if key not in seen:
            seen.add(key)
            yield figure, organization, one


def _structure(terms: str, structure: str, measures: Iterable[str]) -> _Triples:
    yield _link(structure, RDF.type, QB.DataStructureDefinition)
    components = [
        *((QB.dimension, one) for one in (f"{terms}#figure", f"{terms}#organization", PERIOD)),
        *((QB.measure, f"{terms}#{one}") for one in measures),
    ]
    for number, (role, component) in enumerate(components, 1):
        node = f"{structure}-{number}"
        yield _link(structure, QB.component, node)
        yield _link(node, RDF.type, QB.ComponentSpecification)
        yield _link(node, role, component)


def _properties(terms: str) -> _Triples:
    dimensions = (
        (f"{terms}#figure", SKOS.Concept, "指标", "Figure"),
        (f"{terms}#organization", FOAF.Agent, "单位", "Organization"),
        (PERIOD, XSD.date, "日期", "Day"),
    )
    for node, kind, zh, en in dimensions:
        yield _link(node, RDF.type, QB.DimensionProperty)
        yield _link(node, RDFS.range, kind)
        yield from _texts(node, RDFS.label, zh, en)
    yield _link(f"{terms}#figure", QB.codeList, f"{terms}#figures")
    for name, (datatype, zh, en) in _MEASURES.items():
        node = f"{terms}#{name}"
        yield _link(node, RDF.type, QB.MeasureProperty)
        yield _link(node, RDFS.range, f"{XSD}{datatype}")
        yield from _texts(node, RDFS.label, zh, en)


def _figures(terms: str) -> _Triples:
    scheme = f"{terms}#figures"
    yield _link(scheme, RDF.type, SKOS.ConceptScheme)
    yield from _labels(scheme, "报告指标", "Figures of reports")
    zh, en = Words("zh"), Words("en")
    for name, kind in KINDS.items():
        node = f"{terms}#figure-{name}"
        yield _link(node, RDF.type, SKOS.Concept)
        yield _link(node, SKOS.inScheme, scheme)
        yield from _labels(node, zh.label(name), en.label(name))
        yield from _texts(node, SKOS.definition, zh.definition(name), en.definition(name))
        if kind.rule:
            yield _link(node, PROV.wasDerivedFrom, f"{RULE}{kind.rule}")


def _page(report: Report) -> str:
    page = f"{report.base}/reports/{report.period.name}/{_segment(report.organization)}"
    return page if report.is_whole else f"{page}?day={report.day.isoformat()}"


def _organization(base: str, organization: Reported) -> str:
    return f"{base}/reports#city" if organization.iri == CITY else organization.iri


def _segment(organization: Reported) -> str:
    iri = organization.iri
    return "city" if iri == CITY else quote(iri.removeprefix(_ORGANIZATIONS), safe="")


def _labels(node: str, zh: str, en: str) -> _Triples:
    yield from _texts(node, SKOS.prefLabel, zh, en)
    yield from _texts(node, RDFS.label, zh, en)


def _texts(node: str, predicate: str, zh: str, en: str) -> _Triples:
    for text, lang in ((zh, "zh"), (en, "en")):
        yield ox.Triple(
            ox.NamedNode(node), ox.NamedNode(predicate), ox.Literal(text, language=lang)
        )


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _value(subject: str, predicate: str, text: str, kind: str) -> ox.Triple:
    literal = ox.Literal(text, datatype=ox.NamedNode(f"{XSD}{kind}"))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)
