"""Each metric passes, fails and cannot be judged, with the reason."""

from __future__ import annotations

from datetime import date

import pyoxigraph as ox
import pytest

from catalog_service.quality.measuring import machine_readable, measured
from catalog_service.quality.model import METRICS, Found, Metric
from catalog_service.quality.reading import read
from ontology.terms import PREFIXES
from shapes.rules import Rules

FOCUS = "https://data.example.org/id/dataset/city/1"
FORMATS = machine_readable(Rules.load().get("R14"))
_HEAD = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
_VOCAB = "https://w3id.org/shdata/vocab/"
_FILE = "dcat:distribution <#f> . <#f> a dcat:Distribution"
_API = f"{_FILE} ; shd:deliveryMode <{_VOCAB}delivery-mode/api>"
_SERVED = f"{_FILE} ; dcat:accessService <#s> . <#s> a dcat:DataService"
_ITEM = 'shd:dataItem <#i> . <#i> csvw:title "x"@zh'
_PERIOD = 'dct:temporal <#t> . <#t> dcat:startDate "2020"^^xsd:gYear'


def said(body: str) -> str:
    text = f"{_HEAD}@base <{FOCUS}> .\n<> a dcat:Dataset ; {body} ."
    triples = ox.parse(text, format=ox.RdfFormat.TURTLE)
    written = ox.serialize((quad.triple for quad in triples), format=ox.RdfFormat.N_TRIPLES)
    assert written is not None
    return written.decode()


@pytest.mark.parametrize(
    ("metric", "body", "result", "reason"),
    [
        ("machine-readable", f"{_FILE} ; dct:format <{_VOCAB}format/csv>", "pass", ""),
        ("machine-readable", _API, "pass", ""),
        ("machine-readable", f"{_FILE} ; dct:format <{_VOCAB}format/pdf>", "fail", "unreadable"),
        ("machine-readable", _FILE, "unjudged", "noformat"),
        ("machine-readable", 'dct:title "x"', "unjudged", "nodistribution"),
        ("api", _API, "pass", ""),
        ("api", _SERVED, "pass", ""),
        ("api", _FILE, "fail", "noapi"),
        ("api", 'dct:title "x"', "unjudged", "nodistribution"),
        (
            "api-described",
            f"adms:sample <#p> ; {_SERVED} ; dcat:endpointDescription <#d>",
            "pass",
            "",
        ),
        ("api-described", f"{_SERVED} ; dcat:endpointDescription <#d>", "fail", "nosample"),
        ("api-described", f"adms:sample <#p> ; {_SERVED}", "fail", "noinstructions"),
        ("api-described", _API, "fail", "undescribed"),
        ("api-described", _FILE, "unjudged", "withoutapi"),
        (
            "data-dictionary",
            f'{_ITEM} ; csvw:datatype "string" ; dct:description "x"',
            "pass",
            "",
        ),
        ("data-dictionary", _ITEM, "fail", "incomplete"),
        ("data-dictionary", 'dct:title "x"', "fail", "noitems"),
        ("extent", f"dct:spatial <#p> ; {_PERIOD}", "pass", ""),
        ("extent", "dct:spatial <#p>", "fail", "notime"),
        ("extent", "dct:spatial <#p> ; dct:temporal <#t>", "fail", "notime"),
        ("extent", _PERIOD, "fail", "nospace"),
        ("extent", 'dct:title "x"', "fail", "noextent"),
    ],
)
def test_what_a_metric_says(metric: Metric, body: str, result: str, reason: str) -> None:
    found = measured(read(said(body), FOCUS), date(2026, 9, 1), FORMATS)
    assert tuple(found) == METRICS
    assert found[metric] == Found(result, reason)  # type: ignore[arg-type]
