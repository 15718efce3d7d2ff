"""Each metric passes, fails and cannot be judged, with the reason."""

from __future__ import annotations

from datetime import date, timedelta

import pyoxigraph as ox
import pytest

from catalog_service.quality.measuring import machine_readable, measured, points
from catalog_service.quality.model import METRICS, Beside, Found, Look, Metric
from catalog_service.quality.mqa import ALL_POINTS, POINTS, grade
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


DAY = date(2026, 9, 1)
UPDATED = 'dct:modified "2026-08-10"^^xsd:date'


def look(day: int, content: str | None, *, seen: int | None = None) -> Look:
    """Return what was found ``day`` days after the first of August, and last on ``seen``."""
    first = date(2026, 8, 1)
    last = first + timedelta(day if seen is None else seen)
    return Look(first + timedelta(day), last, content, content is None)


@pytest.mark.parametrize(
    ("looks", "body", "result", "reason"),
    [
        # R09: the file is another, and the record says that it was last updated before.
        ([look(20, "b"), look(10, "a", seen=19)], UPDATED, "fail", "changed"),
        # Seen as before on the 5th, and the record's update lies after that.
        ([look(20, "b"), look(1, "a", seen=4)], UPDATED, "pass", ""),
        # Only what the server says of it changed since, not what it holds.
        ([look(25, "b"), look(20, "b"), look(10, "a", seen=19)], UPDATED, "fail", "changed"),
        ([look(1, "a", seen=20)], UPDATED, "pass", ""),
        ([look(20, "a"), look(1, "a")], UPDATED, "pass", ""),
        ([look(20, "b"), look(10, "a")], 'dct:title "x"', "unjudged", "nodate"),
        # A month may be either: what is said holds until its end.
        ([look(20, "b"), look(10, "a")], 'dct:modified "2026-08"^^xsd:gYearMonth', "pass", ""),
        (
            [look(20, "b"), look(10, "a")],
            'dct:modified "2026-07"^^xsd:gYearMonth',
            "fail",
            "changed",
        ),
        # There is nothing at its address, as was seen twice.
        ([look(10, None, seen=11), look(1, "a")], UPDATED, "fail", "invalid"),
        ([look(10, None), look(1, "a")], UPDATED, "unjudged", "watched-once"),
        ([look(1, "a")], UPDATED, "unjudged", "watched-once"),
        ([], UPDATED, "unjudged", "unwatched"),
    ],
)
def test_a_record_keeps_up_with_its_data(
    looks: list[Look], body: str, result: str, reason: str
) -> None:
    found = measured(read(said(body), FOCUS), DAY, FORMATS, Beside(looks=tuple(looks)))
    assert found["current"] == Found(result, reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("findings", "result", "reason"),
    [
        ({("R01", "Violation"), ("R06", "Warning")}, "fail", "violations"),
        ({("R06", "Warning")}, "fail", "warnings"),
        ({("V-no-access", "Info")}, "pass", ""),
        (set(), "pass", ""),
        (None, "unjudged", "waits"),
    ],
)
def test_what_rules_find(findings: set[tuple[str, str]] | None, result: str, reason: str) -> None:
    beside = Beside(None if findings is None else frozenset(findings))
    found = measured(read(said('dct:title "x"'), FOCUS), DAY, FORMATS, beside)
    assert found["rules"] == Found(result, reason)  # type: ignore[arg-type]


_WHOLE = f"""dcat:keyword "x" ; dcat:theme <#t> ; dct:spatial <#p> ; dct:temporal <#y> ;
  dct:accessRights <{_VOCAB}open-type/unconditional> ; dcat:contactPoint <#c> ;
  dct:publisher <#o> ; dct:issued "2020-01-01"^^xsd:date ; dct:modified "2020-01-01"^^xsd:date ;
  {_FILE} ; dct:format <{_VOCAB}format/csv> ; dct:rights "x" ; dcat:byteSize 1 ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ;
  dct:license <https://creativecommons.org/licenses/by/4.0/> ;
  dcat:accessURL <https://a.example/> ; dcat:downloadURL <https://a.example/x.csv>"""
_ANSWERED = {"https://a.example/": True, "https://a.example/x.csv": True}


def test_the_points_of_mqa_are_all_there() -> None:
    assert sum(POINTS.values()) == ALL_POINTS == 405
    assert [grade(one) for one in (405, 351, 350, 221, 220, 121, 120, 0)] == [
        *("excellent", "excellent", "good", "good", "sufficient", "sufficient", "bad", "bad")
    ]
    nothing = points(read(said('dct:title "x"'), FOCUS), FORMATS, Beside(frozenset()))
    assert (nothing.points, nothing.missing) == (30, tuple(dict(nothing.gains)))
    assert sum(gain for _, gain in nothing.gains) == 375
    assert [gain for _, gain in nothing.gains] == sorted(dict(nothing.gains).values(), reverse=True)


def test_a_whole_description_has_all_points() -> None:
    whole = read(said(_WHOLE), FOCUS)
    found = points(whole, FORMATS, Beside(frozenset(), answers=_ANSWERED))
    assert (found.points, found.unknown, found.missing) == (405, 0, ())
    # What was not asked gives no points, and might; a newer version's findings are not this one's.
    unasked = points(whole, FORMATS, Beside(None))
    assert (unasked.points, unasked.unknown) == (295, 110)
    shut = points(whole, FORMATS, Beside(frozenset(), answers=dict.fromkeys(_ANSWERED, False)))
    assert (shut.points, shut.unknown) == (325, 0)
    broken = Beside(frozenset({("R01", "Violation")}), answers=_ANSWERED)
    assert points(whole, FORMATS, broken).missing == ("conforms",)


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ("<https://creativecommons.org/licenses/by/4.0/>", ()),
        ("<https://a.example/terms>", ("license-vocabulary",)),
    ],
)
def test_a_licence_counts_more_where_it_is_known(given: str, missing: tuple[str, ...]) -> None:
    body = _WHOLE.replace("<https://creativecommons.org/licenses/by/4.0/>", given)
    found = points(read(said(body), FOCUS), FORMATS, Beside(frozenset(), answers=_ANSWERED))
    assert found.missing == missing


def test_the_best_distribution_counts_and_other_spellings_do() -> None:
    poor = f"{_WHOLE} . <> dcat:distribution <#g> . <#g> a dcat:Distribution"
    beside = Beside(frozenset(), answers=_ANSWERED)
    assert points(read(said(poor), FOCUS), FORMATS, beside).points == 405
    named = _WHOLE.replace(f"<{_VOCAB}format/csv>", '"CSV"')
    assert points(read(said(named), FOCUS), FORMATS, beside).points == 405
    closed = _WHOLE.replace("format/csv", "format/xls")
    assert "non-proprietary" in points(read(said(closed), FOCUS), FORMATS, beside).missing
