"""Reading rule files (Turtle): any mistake in a file is an error.

A file holds one rule or a few related ones. A rule is an IRI below ``RULE``; further root shapes
with another severity are named ``{rule}#{part}``. Every statement of a file must belong to one of
its rules, by such an IRI or through blank nodes.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pyoxigraph as ox

from ontology.errors import AtlasError, FilePosition, Phrase
from ontology.languages import BilingualText
from ontology.terms import DCAT, DCT, RDF, RDFS, RULE, SH, SHD
from shapes.errors import DUPLICATE_RULE, INVALID_RULE, NO_RULES, UNREADABLE_RULES
from shapes.report import Severity
from shapes.rule import Level, Parameter, Period, Rule
from shapes.shape_syntax import check_shape

_Node = ox.NamedNode | ox.BlankNode
_SEVERITIES = get_args(Severity)
_LEVELS = get_args(Level)


def read_rule_file(path: Path) -> list[Rule]:
    """Read one rule file; raises `AtlasError` (``unreadable-rules``, ``invalid-rule`` …)."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise AtlasError(
            UNREADABLE_RULES, place=FilePosition(path.name), reason=str(error)
        ) from error
    return parse_rules(text, path.name)


def parse_rules(text: str, file: str) -> list[Rule]:
    """Parse the rules of a Turtle text; ``file`` names it in errors."""
    try:
        triples = [q.triple for q in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    except SyntaxError as error:
        place = FilePosition(file, error.lineno, error.offset)
        raise AtlasError(UNREADABLE_RULES, place=place, reason=error.msg) from error
    graph = _Graph(triples)
    rules = [
        ox.NamedNode(t.subject.value)
        for t in triples
        if t.predicate.value == RDF.type
        and isinstance(t.subject, ox.NamedNode)
        and t.object == ox.NamedNode(SHD.Rule)
    ]
    if not rules:
        raise AtlasError(NO_RULES, place=FilePosition(file), where=file)
    claimed: set[ox.Triple] = set()
    found = []
    for iri in rules:
        closure = graph.closure(iri)
        claimed.update(closure)
        found.append(_RuleReader(iri, closure, file).read())
    for triple in triples:
        if triple not in claimed:
            raise AtlasError(
                INVALID_RULE,
                place=FilePosition(file),
                rule=_plain(triple.subject),
                reason=Phrase("it belongs to no rule of the file (parts are named RULE#PART)"),
            )
    return found


def unique_rules(files: dict[str, list[Rule]]) -> list[Rule]:
    """Return all rules in the order of their ids; raises `AtlasError` (``duplicate-rule``)."""
    seen: dict[str, tuple[str, Rule]] = {}
    for file, rules in files.items():
        for rule in rules:
            if rule.id in seen:
                first = seen[rule.id][0]
                raise AtlasError(DUPLICATE_RULE, rule=rule.id, first=first, second=file)
            seen[rule.id] = (file, rule)
    return [seen[rule_id][1] for rule_id in sorted(seen)]


def _plain(node: object) -> str:
    return node.value if isinstance(node, ox.NamedNode | ox.BlankNode | ox.Literal) else str(node)


class _Graph:
    """Triples by subject."""

    def __init__(self, triples: list[ox.Triple]) -> None:
        self._by_subject: dict[object, list[ox.Triple]] = defaultdict(list)
        for triple in triples:
            self._by_subject[triple.subject].append(triple)

    def closure(self, iri: ox.NamedNode) -> tuple[ox.Triple, ...]:
        """Return what is said of a rule, of its parts and of the blank nodes below them."""
        prefix = iri.value + "#"
        roots: list[object] = [iri]
        roots += [
            s
            for s in self._by_subject
            if isinstance(s, ox.NamedNode) and s.value.startswith(prefix)
        ]
        seen: set[object] = set()
        found: list[ox.Triple] = []
        waiting = roots[::-1]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            own = self._by_subject.get(node, [])
            found.extend(own)
            waiting.extend(t.object for t in reversed(own) if isinstance(t.object, ox.BlankNode))
        return tuple(found)


class _RuleReader:
    """Reads one rule out of its triples."""

    def __init__(self, iri: ox.NamedNode, triples: tuple[ox.Triple, ...], file: str) -> None:
        self._iri = iri
        self._triples = triples
        self._file = file
        self._out: dict[tuple[object, str], list[object]] = defaultdict(list)
        for t in triples:
            self._out[t.subject, t.predicate.value].append(t.object)

    def read(self) -> Rule:
        if not self._iri.value.startswith(RULE):
            raise self._error(f"its IRI must begin with {RULE}")
        rule_id = self._iri.value[len(RULE) :]
        if [_plain(o) for o in self._values(self._iri, DCT.identifier)] != [rule_id]:
            raise self._error(f"dct:identifier must be {rule_id!r}")
        periods = self._values(self._iri, DCT.temporal)
        if len(periods) != 1:
            raise self._error("one dct:temporal with dcat:startDate is needed")
        shaped = check_shape(self._iri, self._triples, self._error)
        return Rule(
            id=rule_id,
            levels=self._levels(),
            severity=self._severity(self._iri),
            label=self._text(RDFS.label, "rdfs:label"),
            message=self._text(SH.message, "sh:message"),
            source=self._text(DCT.source, "dct:source"),
            judged=(
                self._text(DCT.description, "dct:description")
                if self._values(self._iri, DCT.description)
                else None
            ),
            in_force=self._period(periods[0], "dct:temporal"),
            parameters=self._parameters(),
            shaped=shaped,
            judged_by=self._judged_by(),
            triples=self._triples,
            file=self._file,
        )

    def _error(self, reason: str) -> AtlasError:
        return AtlasError(
            INVALID_RULE,
            place=FilePosition(self._file),
            rule=self._iri.value.removeprefix(RULE),
            reason=reason,
        )

    def _values(self, node: object, predicate: str) -> list[object]:
        return self._out.get((node, predicate), [])

    def _judged_by(self) -> str | None:
        given = [_plain(o) for o in self._values(self._iri, SHD.judgedBy)]
        if len(given) > 1 or not all(given):
            raise self._error("shd:judgedBy is given at most once, and names a part of the service")
        return given[0] if given else None

    def _levels(self) -> tuple[Level, ...]:
        given = [_plain(o) for o in self._values(self._iri, SHD.level)]
        if not given or not set(given) <= set(_LEVELS):
            raise self._error(f"shd:level must be among {', '.join(_LEVELS)}")
        return tuple(level for level in _LEVELS if level in given)

    def _severity(self, node: object) -> Severity:
        given = self._values(node, SH.severity)
        if len(given) == 1:
            for severity in _SEVERITIES:
                if _plain(given[0]) == SH.term(severity):
                    return severity  # type: ignore[no-any-return]  # get_args is untyped
        raise self._error("sh:severity must be sh:Violation, sh:Warning or sh:Info")

    def _text(self, predicate: str, name: str) -> BilingualText:
        by_language = {
            o.language: o.value.strip()
            for o in self._values(self._iri, predicate)
            if isinstance(o, ox.Literal)
        }
        if set(by_language) != {"zh", "en"} or not all(by_language.values()):
            raise self._error(f"{name} is needed once in @zh and once in @en")
        return BilingualText(by_language["zh"], by_language["en"])

    def _day(self, node: object, predicate: str, name: str) -> date | None:
        given = self._values(node, predicate)
        if not given:
            return None
        try:
            (value,) = given
            return date.fromisoformat(_plain(value))
        except ValueError as error:
            raise self._error(f"{name} is not one xsd:date") from error

    def _period(self, node: object, name: str) -> Period:
        start = self._day(node, DCAT.startDate, f"the start of {name}")
        if start is None:
            raise self._error(f"{name} has no dcat:startDate")
        end = self._day(node, DCAT.endDate, f"the end of {name}")
        if end is not None and end < start:
            raise self._error(f"{name} ends before it begins")
        return Period(start, end)

    def _parameters(self) -> tuple[Parameter, ...]:
        found = []
        for node in self._values(self._iri, SHD.parameter):
            name = [_plain(o) for o in self._values(node, DCT.identifier)]
            value = [_plain(o) for o in self._values(node, RDF.value)]
            if len(name) != 1 or len(value) != 1:
                raise self._error("a shd:parameter needs one dct:identifier and one rdf:value")
            period = self._period(node, f"the parameter {name[0]}")
            found.append(Parameter(name[0], value[0], period))
        found.sort(key=lambda p: (p.name, p.in_force.start))
        for before, after in pairwise(found):
            same = before.name == after.name
            if same and before.in_force.contains(after.in_force.start):
                raise self._error(f"two values of the parameter {before.name} overlap")
        return tuple(found)
