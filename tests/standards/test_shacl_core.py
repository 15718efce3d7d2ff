"""Every constraint component, path and target of SHACL Core, in both engines.

The shape holds for all nodes named in ``ex:focus``; a case passes where ``ex:good`` has no result
and ``ex:bad`` has one of the component named, from both engines.
"""

from __future__ import annotations

import warnings
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from tests.standards.shacl_suite import Verdict, run_pyshacl, run_shacl

EX = "https://example.org/ns#"
PREFIXES = f"""
@prefix ex: <{EX}> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""


class Core(NamedTuple):
    """What stands in a shape for ex:good and ex:bad, and what is said of each."""

    shape: str
    good: str
    bad: str


P = "sh:property [ sh:path ex:p ; {} ]"
COMPONENTS: dict[str, Core] = {
    "Class": Core(
        P.format("sh:class ex:Street"),
        "ex:p ex:nanjing . ex:nanjing a ex:Road . ex:Road rdfs:subClassOf ex:Street",
        "ex:p ex:pudong",
    ),
    "Datatype": Core(P.format("sh:datatype xsd:date"), 'ex:p "2026-02-28"^^xsd:date', "ex:p 2026"),
    "NodeKind": Core(P.format("sh:nodeKind sh:IRI"), "ex:p ex:x", 'ex:p "x"'),
    "MinCount": Core(P.format("sh:minCount 2"), "ex:p 1, 2", "ex:p 1"),
    "MaxCount": Core(P.format("sh:maxCount 1"), "ex:p 1", "ex:p 1, 2"),
    "MinExclusive": Core(P.format("sh:minExclusive 0"), "ex:p 1", "ex:p 0"),
    "MinInclusive": Core(P.format("sh:minInclusive 0"), "ex:p 0", "ex:p -1"),
    "MaxExclusive": Core(P.format("sh:maxExclusive 1.5"), "ex:p 1", "ex:p 1.5"),
    "MaxInclusive": Core(
        P.format('sh:maxInclusive "2026-09-01"^^xsd:date'),
        'ex:p "2026-09-01"^^xsd:date',
        'ex:p "2026-09-02"^^xsd:date',
    ),
    "MinLength": Core(P.format("sh:minLength 2"), 'ex:p "数据"', 'ex:p "数"'),
    "MaxLength": Core(P.format("sh:maxLength 2"), 'ex:p "数据"', 'ex:p "数据集"'),
    "Pattern": Core(
        P.format('sh:pattern "^(市|区)" ; sh:flags "i"'), 'ex:p "市教委"', 'ex:p "教委"'
    ),
    "LanguageIn": Core(P.format('sh:languageIn ( "zh" "en" )'), 'ex:p "a"@zh-CN', 'ex:p "a"@fr'),
    "UniqueLang": Core(
        P.format("sh:uniqueLang true"), 'ex:p "a"@zh, "b"@en', 'ex:p "a"@zh, "b"@zh'
    ),
    "Equals": Core(P.format("sh:equals ex:q"), "ex:p 1 ; ex:q 1", "ex:p 1 ; ex:q 2"),
    "Disjoint": Core(P.format("sh:disjoint ex:q"), 'ex:p "a" ; ex:q "b"', 'ex:p "a" ; ex:q "a"'),
    "LessThan": Core(P.format("sh:lessThan ex:q"), "ex:p 1 ; ex:q 2", "ex:p 2 ; ex:q 2"),
    "LessThanOrEquals": Core(
        P.format("sh:lessThanOrEquals ex:q"),
        'ex:p "2026-01-01"^^xsd:date ; ex:q "2026-01-01"^^xsd:date',
        'ex:p "2026-01-02"^^xsd:date ; ex:q "2026-01-01"^^xsd:date',
    ),
    "Not": Core(P.format('sh:not [ sh:pattern "^test" ]'), 'ex:p "a test"', 'ex:p "test 1"'),
    "And": Core(
        "sh:and ( [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ] [ sh:nodeKind sh:IRI ] )",
        "ex:p 1",
        "ex:q 1",
    ),
    "Or": Core(
        "sh:or ( [ sh:property [ sh:path ex:p ; sh:hasValue 1 ] ] "
        "[ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] )",
        "ex:q 2",
        "ex:p 2",
    ),
    "Xone": Core(
        "sh:xone ( [ sh:property [ sh:path ex:p ; sh:minCount 1 ] ] "
        "[ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] )",
        "ex:p 1",
        "ex:p 1 ; ex:q 1",
    ),
    "Node": Core(
        P.format("sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ]"),
        "ex:p ex:x . ex:x ex:q 1",
        "ex:p ex:y",
    ),
    "QualifiedMinCount": Core(
        P.format("sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:datatype xsd:integer ]"),
        'ex:p 1, "a"',
        'ex:p "a", "b"',
    ),
    "QualifiedMaxCount": Core(
        P.format("sh:qualifiedMaxCount 1 ; sh:qualifiedValueShape [ sh:datatype xsd:integer ]"),
        'ex:p 1, "a"',
        "ex:p 1, 2",
    ),
    "Closed": Core(
        "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path ex:p ]",
        "ex:p 1",
        "ex:q 1",
    ),
    "HasValue": Core(P.format("sh:hasValue ex:x"), "ex:p ex:x, ex:y", "ex:p ex:y"),
    "In": Core(P.format('sh:in ( ex:x "y"@zh 3 )'), 'ex:p ex:x, "y"@zh, 3', 'ex:p "y"'),
}
TWO = "sh:property [ sh:path {} ; sh:minCount 2 ]"
PATHS: dict[str, Core] = {
    "sequence": Core(
        TWO.format("( ex:p ex:q )"), "ex:p ex:x . ex:x ex:q 1, 2", "ex:p ex:y . ex:y ex:q 1"
    ),
    "alternative": Core(
        TWO.format("[ sh:alternativePath ( ex:p ex:q ) ]"), "ex:p 1 ; ex:q 2", "ex:p 1 ; ex:q 1"
    ),
    "inverse": Core(
        TWO.format("[ sh:inversePath ex:p ]"),
        "ex:q 1 . ex:x ex:p ex:good . ex:y ex:p ex:good",
        "ex:q 1 . ex:x ex:p ex:bad",
    ),
    "zero or more": Core(TWO.format("[ sh:zeroOrMorePath ex:p ]"), "ex:p ex:x", "ex:p ex:bad"),
    "one or more": Core(
        TWO.format("[ sh:oneOrMorePath ex:p ]"), "ex:p ex:x . ex:x ex:p ex:y", "ex:p ex:z"
    ),
    "zero or one": Core(TWO.format("[ sh:zeroOrOnePath ex:p ]"), "ex:p ex:x", "ex:q ex:x"),
}
TARGETS: dict[str, Core] = {
    "targetClass": Core("sh:targetClass ex:Bad ; sh:class ex:Good", "a ex:Good", "a ex:Bad"),
    "targetNode": Core("sh:targetNode ex:bad ; sh:class ex:Good", "a ex:Other", "a ex:Other"),
    "targetSubjectsOf": Core("sh:targetSubjectsOf ex:p ; sh:class ex:Good", "ex:q 1", "ex:p 1"),
    "targetObjectsOf": Core(
        "sh:targetObjectsOf ex:p ; sh:class ex:Good", "ex:q ex:x", "ex:q 1 . ex:x ex:p ex:bad"
    ),
}


def _ntriples(turtle: str) -> str:
    quads = ox.parse(PREFIXES + turtle, format=ox.RdfFormat.TURTLE)
    return (ox.serialize((q.triple for q in quads), format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def _both(shape: str, case: Core, extra: str = "") -> list[Verdict]:
    shapes = _ntriples(f"ex:shape a sh:NodeShape ; {shape} . {extra}")
    data = _ntriples(f"ex:good {case.good} . ex:bad {case.bad} .")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fast, referee = run_shacl(shapes, data), run_pyshacl(shapes, data)
    assert fast == referee
    return list(fast.elements())


FOCUS = "sh:targetNode ex:good , ex:bad ; "


@pytest.mark.parametrize("component", COMPONENTS)
def test_component(component: str) -> None:
    case = COMPONENTS[component]
    found = _both(FOCUS + case.shape, case)
    assert {focus for focus, *_ in found} == {f"<{EX}bad>"}
    name = f"<http://www.w3.org/ns/shacl#{component}ConstraintComponent>"
    assert name in {found_component for _, _, found_component, *_ in found}


@pytest.mark.parametrize("path", PATHS)
def test_path(path: str) -> None:
    found = _both(FOCUS + PATHS[path].shape, PATHS[path])
    assert [focus for focus, *_ in found] == [f"<{EX}bad>"]


@pytest.mark.parametrize("target", TARGETS)
def test_target(target: str) -> None:
    found = _both(TARGETS[target].shape, TARGETS[target])
    assert [focus for focus, *_ in found] == [f"<{EX}bad>"]


def test_nested_property_shapes_report_their_own_focus_and_severity() -> None:
    shape = FOCUS + (
        "sh:property [ sh:path ex:p ; sh:property [ sh:path ex:q ; sh:minCount 1 ; "
        "sh:severity sh:Info ] ]"
    )
    found = _both(shape, Core("", "ex:p ex:x . ex:x ex:q 1", "ex:p ex:y"))
    assert [(focus, severity) for focus, severity, *_ in found] == [
        (f"<{EX}y>", "<http://www.w3.org/ns/shacl#Info>")
    ]


def test_a_deactivated_shape_checks_nothing() -> None:
    assert _both(FOCUS + "sh:deactivated true ; sh:class ex:C", Core("", "ex:q 1", "ex:q 1")) == []
