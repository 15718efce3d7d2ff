"""Compiling a rule to the SHACL that engines run: placeholders filled, reporting shapes named.

A validation result names the shape that raised it. Property shapes, which are blank nodes in the
rule files, get the IRIs ``{rule}#p1``, ``#p2`` … and the rule's severity and messages, which SHACL
does not inherit. So every engine reports the rule and its severity in the same way.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from ontology.errors import AtlasError, FilePosition
from ontology.terms import DCT, RDF, RDFS, RULE, SH, SHD
from shapes.errors import INVALID_RULE
from shapes.placeholders import Surroundings, has_placeholder
from shapes.report import Severity
from shapes.rule import Rule

_Node = ox.NamedNode | ox.BlankNode
_PROPERTY = SH.term("property")
_REGISTER_ONLY = frozenset({SHD.level, SHD.parameter, DCT.temporal, DCT.identifier})


@dataclass(frozen=True, slots=True)
class Part:
    """A shape that results refer to: its rule, severity and path."""

    rule_id: str
    severity: Severity
    path: str | None


def compiled_triples(
    rule: Rule, around: Surroundings, *, detailed: bool = False
) -> list[ox.Triple]:
    """Return the shapes of a rule; raises `AtlasError` (``invalid-rule``) for a bad placeholder.

    A rule may put several elements into one ``sh:node``, which gives a single result for all that
    are missing (a result costs as much as parsing a record, and most records lack most elements).
    ``detailed`` replaces it by its property shapes: the same verdict, with a result for each.
    """
    dropped = {t.object for t in rule.triples if t.predicate.value in (SHD.parameter, DCT.temporal)}
    kept = [
        t
        for t in rule.triples
        if t.predicate.value not in _REGISTER_ONLY
        and t.subject not in dropped
        and t.object != ox.NamedNode(SHD.Rule)
    ]
    if detailed:
        kept = _flattened(kept)
    names = _names(rule, kept)
    filled = []
    for t in kept:
        subject = names.get(t.subject, t.subject)
        obj = names.get(t.object, t.object)
        if isinstance(obj, ox.Literal) and has_placeholder(obj.value):
            obj = ox.Literal(_fill(rule, around, obj.value))
        filled.append(ox.Triple(subject, t.predicate, obj))
    return _with_inherited(filled)


def _fill(rule: Rule, around: Surroundings, text: str) -> str:
    try:
        return around.fill(text)
    except ValueError as error:
        raise AtlasError(
            INVALID_RULE, place=FilePosition(rule.file), rule=rule.id, reason=str(error)
        ) from error


def _names(rule: Rule, triples: Iterable[ox.Triple]) -> dict[object, _Node]:
    """Name the blank nodes in the order of the file, so that the result is reproducible."""
    names: dict[object, _Node] = {}
    reporting = 0
    for t in triples:
        if isinstance(t.object, ox.BlankNode) and t.object not in names:
            if t.predicate.value == _PROPERTY:
                reporting += 1
                names[t.object] = ox.NamedNode(f"{rule.iri}#p{reporting}")
            else:
                names[t.object] = ox.BlankNode(f"{rule.id.lower()}-{len(names) + 1}")
    return names


def _flattened(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Move the contents of ``sh:node [ … ]`` into the root shape."""
    roots = {
        t.object: t.subject
        for t in triples
        if t.predicate.value == SH.node
        and isinstance(t.subject, ox.NamedNode)
        and isinstance(t.object, ox.BlankNode)
    }
    return [
        ox.Triple(roots.get(t.subject, t.subject), t.predicate, t.object)  # type: ignore[arg-type]
        for t in triples
        if t.object not in roots
    ]


def _with_inherited(triples: list[ox.Triple]) -> list[ox.Triple]:
    """Copy severity and messages of a shape to its property shapes."""
    inherited = (SH.severity, SH.message)
    said: dict[tuple[object, str], list[ox.Triple]] = defaultdict(list)
    below: dict[object, list[ox.NamedNode]] = defaultdict(list)
    roots: dict[object, None] = {}
    for t in triples:
        if t.predicate.value in inherited:
            said[t.subject, t.predicate.value].append(t)
        if t.predicate.value == _PROPERTY and isinstance(t.object, ox.NamedNode):
            below[t.subject].append(t.object)
        if t.object == ox.NamedNode(SH.NodeShape) and isinstance(t.subject, ox.NamedNode):
            roots[t.subject] = None
    added: list[ox.Triple] = []
    first = next(iter(roots), None)
    for root in roots:
        # A part ({rule}#{part}) has its own severity and the messages of its rule.
        for t in said[first, SH.message] if root != first else ():
            said[root, SH.message].append(_about(root, t))
            added.append(said[root, SH.message][-1])
        waiting: list[object] = [root]
        while waiting:
            node = waiting.pop()
            for child in below[node]:
                for predicate in inherited:
                    if not said[child, predicate]:
                        copies = [_about(child, t) for t in said[node, predicate]]
                        said[child, predicate] = copies
                        added += copies
                waiting.append(child)
    return triples + added


def _about(subject: object, triple: ox.Triple) -> ox.Triple:
    return ox.Triple(subject, triple.predicate, triple.object)  # type: ignore[arg-type]


def as_ntriples(triples: Iterable[ox.Triple]) -> str:
    """Write triples as N-Triples, which every engine reads fastest."""
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


_NOT_RUN = frozenset({SH.message, RDFS.label, DCT.source, SH.name, SH.description})


def runnable(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """Remove texts for people: engines copy their shapes for every run."""
    return [t for t in triples if t.predicate.value not in _NOT_RUN]


def parts(triples: Sequence[ox.Triple]) -> dict[str, Part]:
    """Return the reporting shapes of compiled triples by IRI."""
    out: dict[object, dict[str, object]] = {}
    for t in triples:
        out.setdefault(t.subject, {}).setdefault(t.predicate.value, t.object)
    found = {}
    for node, said in out.items():
        if isinstance(node, ox.NamedNode) and node.value.startswith(RULE):
            severity = said.get(SH.severity)
            path = said.get(SH.path)
            name = severity.value[len(SH) :] if isinstance(severity, ox.NamedNode) else "Violation"
            found[node.value] = Part(
                node.value[len(RULE) :].split("#", 1)[0],
                name,  # type: ignore[arg-type]  # checked when the rule was read
                None if path is None else _top_path(path, out),
            )
    return found


def _top_path(path: object, out: dict[object, dict[str, object]]) -> str:
    return path.value if isinstance(path, ox.NamedNode) else _path(path, out, top=True)


def _path(path: object, out: dict[object, dict[str, object]], *, top: bool = False) -> str:
    """Write a path as a SPARQL 1.1 property path, full IRIs, brackets only where needed."""
    if isinstance(path, ox.NamedNode):
        return f"<{path.value}>"
    said = out[path]
    if RDF.first in said:
        text = "/".join(_path(step, out) for step in _members(path, out))
    elif SH.alternativePath in said:
        text = "|".join(_path(step, out) for step in _members(said[SH.alternativePath], out))
    else:
        for name, sign in (("zeroOrMorePath", "*"), ("oneOrMorePath", "+"), ("zeroOrOnePath", "?")):
            if SH.term(name) in said:
                return f"{_path(said[SH.term(name)], out)}{sign}"
        raise ValueError("not a property path")
    return text if top else f"({text})"


def _members(head: object, out: dict[object, dict[str, object]]) -> list[object]:
    found = []
    while RDF.first in out.get(head, {}):
        found.append(out[head][RDF.first])
        head = out[head][RDF.rest]
    return found
