"""The coverage of a year's lists as an RDF Data Cube: https://www.w3.org/TR/vocab-data-cube/.

Dimensions: the organization, the year of the lists, and the day on which they were held against the
catalogue. Measures: open datasets, those on a list, and the share in percent where anything is
open; each observation has one measure (``qb:measureType``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import pyoxigraph as ox

from catalog_service.open_list.coverage.addresses import coverage_path
from catalog_service.open_list.coverage.figures import RULE, Coverage, Share
from catalog_service.shares import rounded_percent
from ontology.record import CATALOG_PATH
from ontology.terms import PREFIXES, PROV, RDF, RDFS, SHD, SKOS, XSD, Namespace
from ontology.terms import RULE as RULES

QB: Final = Namespace("http://purl.org/linked-data/cube#")
_PERIOD: Final = "http://purl.org/linked-data/sdmx/2009/dimension#refPeriod"
_MEASURES: Final = {
    "open": ("integer", "开放数据集", "Open datasets"),
    "listed": ("integer", "已列入开放清单的数据集", "Open datasets that are on an open list"),
    "percent": ("decimal", "列入开放清单的比例（%）", "Share that is on an open list (%)"),
}
CUBE_PREFIXES: Final = {**PREFIXES, "qb": str(QB)}


def coverage_rdf(found: Coverage, base: str, day: date) -> Iterator[ox.Triple]:
    """Yield structure and observations; of the whole city the organization is the catalogue."""
    page = f"{base}{coverage_path(found.year)}"
    cube, structure = f"{page}#cube", f"{page}#structure"
    yield _link(cube, RDF.type, QB.DataSet)
    yield _link(cube, QB.structure, structure)
    yield _link(cube, PROV.wasDerivedFrom, f"{RULES}{RULE}")
    year = str(found.year)
    yield from _labels(cube, f"{year}年开放清单覆盖情况", f"Coverage of the open lists of {year}")
    yield _link(structure, RDF.type, QB.DataStructureDefinition)
    dimensions = {
        f"{page}#organization": RDFS.Resource,
        str(SHD.listYear): f"{XSD}gYear",
        _PERIOD: f"{XSD}date",
        str(QB.measureType): RDFS.Resource,
    }
    for number, (dimension, kind) in enumerate(dimensions.items(), 1):
        component = f"{structure}-{number}"
        yield _link(structure, QB.component, component)
        yield _link(component, RDF.type, QB.ComponentSpecification)
        yield _link(component, QB.dimension, dimension)
        yield _link(dimension, RDF.type, QB.DimensionProperty)
        yield _link(dimension, RDFS.range, str(kind))
    yield from _labels(f"{page}#organization", "单位", "Organization")
    for name, (kind, zh, en) in _MEASURES.items():
        component, measure = f"{structure}-{name}", f"{page}#{name}"
        yield _link(structure, QB.component, component)
        yield _link(component, RDF.type, QB.ComponentSpecification)
        yield _link(component, QB.measure, measure)
        yield _link(measure, RDF.type, QB.MeasureProperty)
        yield _link(measure, RDFS.range, f"{XSD}{kind}")
        yield from _labels(measure, zh, en)
    for number, share in enumerate((found.total, *found.shares)):
        of = share.organization or base + CATALOG_PATH
        for name, text in _values(share).items():
            node = f"{page}#{name}-{number}-{day.isoformat()}"
            yield _link(node, RDF.type, QB.Observation)
            yield _link(node, QB.dataSet, cube)
            yield _link(node, f"{page}#organization", of)
            yield _value(node, str(SHD.listYear), year, "gYear")
            yield _value(node, _PERIOD, day.isoformat(), "date")
            yield _link(node, QB.measureType, f"{page}#{name}")
            yield _value(node, f"{page}#{name}", text, _MEASURES[name][0])


def _values(share: Share) -> dict[str, str]:
    found = {"open": str(share.open), "listed": str(share.listed)}
    if share.percent is None:
        return found
    return {**found, "percent": f"{rounded_percent(share.percent, 2):.2f}"}


def _labels(node: str, zh: str, en: str) -> Iterator[ox.Triple]:
    for text, lang in ((zh, "zh"), (en, "en")):
        for predicate in (SKOS.prefLabel, RDFS.label):
            literal = ox.Literal(text, language=lang)
            yield ox.Triple(ox.NamedNode(node), ox.NamedNode(predicate), literal)


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _value(subject: str, predicate: str, text: str, kind: str) -> ox.Triple:
    literal = ox.Literal(text, datatype=ox.NamedNode(f"{XSD}{kind}"))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)
