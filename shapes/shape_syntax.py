"""Checking a rule's shapes, because SHACL engines ignore what they do not know.

A misspelt ``sh:minCuont`` would never report anything. Allowed is SHACL Core (W3C SHACL, section
4); the W3C's shapes for shapes (SHACL-SHACL, shipped with pySHACL) check that it is well-formed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox
import shacl

from ontology.errors import AtlasError
from ontology.terms import RDF, SH
from shapes.placeholders import has_placeholder


def _words(text: str) -> list[str]:
    return text.split()


_TARGETS = frozenset({"targetClass", "targetSubjectsOf"})
_CONSTRAINTS = frozenset(
    _words(
        "class datatype nodeKind minCount maxCount minExclusive minInclusive maxExclusive "
        "maxInclusive minLength maxLength pattern languageIn uniqueLang equals disjoint lessThan "
        "lessThanOrEquals not and or xone node property qualifiedValueShape in hasValue closed"
    )
)
_OTHERS = frozenset(
    _words(
        "path alternativePath zeroOrMorePath oneOrMorePath zeroOrOnePath flags ignoredProperties "
        "qualifiedMinCount qualifiedMaxCount qualifiedValueShapesDisjoint severity message name "
        "description order group"
    )
)
_REFUSED = {
    "inversePath": "it looks at other records; a rule of the gate looks down from the dataset only",
    "targetNode": "it names one record; use sh:targetClass or sh:targetSubjectsOf",
    "targetObjectsOf": "its nodes may be shared by records; use sh:targetSubjectsOf",
    "deactivated": "give the rule a last day in force (dcat:endDate) instead",
    "sparql": "the gate runs SHACL Core only",
}


def check_shape(
    iri: ox.NamedNode, triples: Sequence[ox.Triple], error: Callable[[str], AtlasError]
) -> bool:
    """Tell whether a rule has shapes; raises what ``error`` makes where one is not valid."""
    used: dict[object, set[str]] = {}
    for t in triples:
        if t.predicate.value.startswith(SH):
            used.setdefault(t.subject, set()).add(t.predicate.value[len(SH) :])
        filled_in = isinstance(t.object, ox.Literal) and has_placeholder(t.object.value)
        if filled_in and t.predicate.value != SH.pattern:
            raise error("a ${placeholder} may stand in sh:pattern only")
    for name in sorted(set().union(*used.values())):
        if name in _REFUSED:
            raise error(f"sh:{name} is not used here: {_REFUSED[name]}")
        if name not in _TARGETS | _CONSTRAINTS | _OTHERS:
            raise error(f"SHACL Core has no sh:{name}")
    typed = ox.Triple(iri, ox.NamedNode(RDF.type), ox.NamedNode(SH.NodeShape)) in set(triples)
    roots = [s for s in used if isinstance(s, ox.NamedNode)]
    shaped = any(used[s] & (_CONSTRAINTS | _TARGETS) for s in roots)
    if not shaped:
        if typed:
            raise error("it is a sh:NodeShape without a target and a constraint")
        return False
    if not typed:
        raise error("it has constraints but is not a sh:NodeShape")
    for root in roots:
        if not used[root] & _TARGETS:
            raise error(f"{root} has no target, so it would check nothing")
        if not used[root] & _CONSTRAINTS:
            raise error(f"{root} has no constraint, so it would check nothing")
    _check_well_formed(triples, error)
    return True


@cache
def _shapes_for_shapes() -> shacl.Shapes:
    # Located without importing pySHACL, which takes half a second.
    spec = find_spec("pyshacl")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pyshacl")
    path = Path(spec.origin).parent / "assets" / "shacl-shacl.ttl"
    return shacl.Shapes.from_text(path.read_text(encoding="utf-8"))


def _check_well_formed(triples: Sequence[ox.Triple], error: Callable[[str], AtlasError]) -> None:
    text = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    report = _shapes_for_shapes().validate_text(text, "nt")
    for result in report.results:
        said = result.message or result.component
        raise error(f"not well-formed SHACL at {result.path or result.focus_node}: {said}")
