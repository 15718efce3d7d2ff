"""What was measured, as RDF: measurements of a dataset in DQV, figures as a Data Cube.

The Data Quality Vocabulary: https://www.w3.org/TR/vocab-dqv/; the RDF Data Cube Vocabulary:
https://www.w3.org/TR/vocab-data-cube/.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from catalog_service.context import Service
from catalog_service.quality.service import (
    ALL,
    METRICS,
    RULES,
    Kept,
    Measurement,
    Metric,
    Points,
    course,
    point_course,
)
from catalog_service.shares import rounded_percent
from catalog_service.site.labels import LABELS
from ontology.record import CATALOG_PATH
from ontology.terms import DCT, DQV, PREFIXES, PROV, RDF, RDFS, RULE, SKOS, XSD, Namespace
from translations import translator

QB: Final = Namespace("http://purl.org/linked-data/cube#")
_PERIOD: Final = "http://purl.org/linked-data/sdmx/2009/dimension#refPeriod"
CUBE_PREFIXES: Final = {**PREFIXES, "qb": str(QB)}

_DIMENSIONS: Final = (
    (DQV.isMeasurementOf, DQV.Metric),
    (DQV.computedOn, RDFS.Resource),
    (_PERIOD, XSD.date),
)
_COUNTED: Final = {
    "": ("decimal", "{}（%）", "{} (%)"),
    "-judged": ("integer", "{}：可判定的数据集", "{}: datasets that can be judged"),
    "-passed": ("integer", "{}：达标的数据集", "{}: datasets that pass"),
}
"""What of a figure is a metric of its own, by the end of its name, with its type and labels."""

_POINTS: Final = ("MQA 得分（满分 405）", "Points of MQA (of 405)")
_MEAN: Final = ("MQA 平均得分（满分 405）", "Points of MQA on average (of 405)")

_Triples = Iterator[ox.Triple]


def measurements_rdf(
    base: str,
    iri: str,
    found: Iterable[Measurement],
    profiles: Iterable[Kept] = (),
    points: Iterable[tuple[date, Points | None]] = (),
) -> _Triples:
    """Yield what was measured of a dataset: true where it passes, false where it does not.

    What cannot be judged has no value, and is left out. Of its file's ``profiles`` come the counts.
    """
    metrics: set[Metric] = set()
    for one in found:
        if one.result not in ("pass", "fail"):
            continue
        metrics.add(one.metric)
        node = f"{iri}#measured-{one.metric}-{one.day.isoformat()}"
        yield _link(node, RDF.type, DQV.QualityMeasurement)
        yield _link(node, DQV.isMeasurementOf, f"{_page(base)}#{one.metric}-kept")
        yield _link(node, DQV.computedOn, iri)
        yield _link(iri, DQV.hasQualityMeasurement, node)
        yield _value(node, DQV.value, str(one.result == "pass").lower(), "boolean")
        yield _value(node, DCT.date, one.day.isoformat(), "date")
        if one.reason:
            yield _value(node, DCT.description, one.reason, "string")
    for metric in sorted(metrics):
        yield from _metric(base, metric, "-kept", "boolean", "{}", "{}")
    yield from _counts_rdf(base, iri, [one for one in profiles if one.profile is not None])
    metric_node, told = f"{_page(base)}#mqa", False
    for day, one_of in points:
        if one_of is None:
            continue
        node = f"{iri}#mqa-{day.isoformat()}"
        yield _link(node, RDF.type, DQV.QualityMeasurement)
        yield _link(node, DQV.isMeasurementOf, metric_node)
        yield _link(node, DQV.computedOn, iri)
        yield _link(iri, DQV.hasQualityMeasurement, node)
        yield _value(node, DQV.value, str(one_of.points), "integer")
        yield _value(node, DCT.date, day.isoformat(), "date")
        told = True
    if told:
        yield _link(metric_node, RDF.type, DQV.Metric)
        yield _link(metric_node, DQV.expectedDataType, f"{XSD}integer")
        yield from _labels(metric_node, *_POINTS)


def _counts_rdf(base: str, iri: str, profiles: Iterable[Kept]) -> _Triples:
    told: set[str] = set()
    for one in profiles:
        for name, count in one.profile.counts.items() if one.profile is not None else ():
            node = f"{iri}#data-{name}-{one.day.isoformat()}"
            yield _link(node, RDF.type, DQV.QualityMeasurement)
            yield _link(node, DQV.isMeasurementOf, f"{_page(base)}#data-{name}")
            yield _link(node, DQV.computedOn, iri)
            yield _link(iri, DQV.hasQualityMeasurement, node)
            yield _value(node, DQV.value, str(count), "integer")
            yield _value(node, DCT.date, one.day.isoformat(), "date")
            told.add(name)
    for name in sorted(told):
        metric, label = f"{_page(base)}#data-{name}", LABELS["data metric"][name]
        yield _link(metric, RDF.type, DQV.Metric)
        yield _link(metric, DQV.expectedDataType, f"{XSD}integer")
        yield from _labels(metric, translator("zh").pgettext("data metric", label), label)


def figures_rdf(atlas: Service, base: str, days: int, publisher: str = ALL) -> _Triples:
    """Yield the figures of the last days as a cube: share in percent, judged and passed.

    A day on which none could be judged has no share, and so no observation of one.
    """
    page = _page(base)
    cube, structure = f"{page}#figures", f"{page}#structure"
    yield _link(cube, RDF.type, QB.DataSet)
    yield _link(cube, RDF.type, DQV.QualityMeasurementDataset)
    yield _link(cube, QB.structure, structure)
    yield from _labels(cube, "公开数据集的质量测量", "Measured quality of the public datasets")
    yield _link(structure, RDF.type, QB.DataStructureDefinition)
    for number, (dimension, kind) in enumerate(_DIMENSIONS, 1):
        component = f"{structure}-{number}"
        yield _link(structure, QB.component, component)
        yield _link(component, RDF.type, QB.ComponentSpecification)
        yield _link(component, QB.dimension, dimension)
        yield _link(dimension, RDF.type, QB.DimensionProperty)
        yield _link(dimension, RDFS.range, kind)
    yield _link(structure, QB.component, f"{structure}-value")
    yield _link(f"{structure}-value", RDF.type, QB.ComponentSpecification)
    yield _link(f"{structure}-value", QB.measure, DQV.value)
    yield _link(DQV.value, RDF.type, QB.MeasureProperty)
    of = publisher or base + CATALOG_PATH
    start = f"{page}?publisher={quote(publisher, safe='')}" if publisher else page
    for metric in METRICS:
        for end, (kind, zh, en) in _COUNTED.items():
            yield from _metric(base, metric, end, kind, zh, en)
        for one in course(atlas, metric, days, publisher):
            values = {"-judged": str(one.judged), "-passed": str(one.passed)}
            if one.percent is not None:
                values[""] = f"{rounded_percent(one.percent, 2):.2f}"
            for end, value in values.items():
                node = f"{start}#{metric}{end}-{one.day.isoformat()}"
                yield from _observation(node, cube, f"{page}#{metric}{end}", of, one.day)
                yield _value(node, DQV.value, value, _COUNTED[end][0])
    mean = f"{page}#mqa-mean"
    yield _link(mean, RDF.type, DQV.Metric)
    yield _link(mean, DQV.expectedDataType, f"{XSD}decimal")
    yield from _labels(mean, *_MEAN)
    for day in point_course(atlas, days, publisher):
        if day.mean is not None:
            node = f"{start}#mqa-mean-{day.day.isoformat()}"
            yield from _observation(node, cube, mean, of, day.day)
            yield _value(node, DQV.value, f"{day.mean:.2f}", "decimal")


def _observation(node: str, cube: str, metric: str, of: str, day: date) -> _Triples:
    yield _link(node, RDF.type, QB.Observation)
    yield _link(node, RDF.type, DQV.QualityMeasurement)
    yield _link(node, QB.dataSet, cube)
    yield _link(node, DQV.isMeasurementOf, metric)
    yield _link(node, DQV.computedOn, of)
    yield _value(node, _PERIOD, day.isoformat(), "date")


def _metric(base: str, metric: Metric, end: str, kind: str, zh: str, en: str) -> _Triples:
    node, label = f"{_page(base)}#{metric}{end}", LABELS["metric"][metric]
    yield _link(node, RDF.type, DQV.Metric)
    yield _link(node, DQV.expectedDataType, f"{XSD}{kind}")
    if RULES[metric]:
        yield _link(node, PROV.wasDerivedFrom, f"{RULE}{RULES[metric]}")
    yield from _labels(
        node, zh.format(translator("zh").pgettext("metric", label)), en.format(label)
    )


def _labels(node: str, zh: str, en: str) -> _Triples:
    for text, lang in ((zh, "zh"), (en, "en")):
        for predicate in (SKOS.prefLabel, RDFS.label):
            yield ox.Triple(
                ox.NamedNode(node), ox.NamedNode(predicate), ox.Literal(text, language=lang)
            )


def _page(base: str) -> str:
    return f"{base}/quality"


def _link(subject: str, predicate: str, target: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(target))


def _value(subject: str, predicate: str, text: str, kind: str) -> ox.Triple:
    literal = ox.Literal(text, datatype=ox.NamedNode(f"{XSD}{kind}"))
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), literal)
