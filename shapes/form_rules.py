"""What the rules ask of the fields of a form: which rules speak of a field, duties, patterns.

Read from the shapes of the rules in force, so that a form never asks for anything that the gate
does not: a rule that changes changes the form.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import pyoxigraph as ox

from ontology.terms import DCAT, RDF, SH
from shapes.form_shapes import DatasetForm
from shapes.report import Severity
from shapes.rule import Rule
from shapes.rules import Rules

Path = tuple[str, ...]
"""Properties that lead from the dataset to a value."""

Duty = Literal["must", "should"]
"""``must``: the gate holds a record without it; ``should``: it warns."""

_Node = ox.NamedNode | ox.BlankNode
_INNER: Final = ("node", "not", "qualifiedValueShape")
_LISTS: Final = ("or", "and", "xone")
_DEEPEST: Final = 64
"""Depth of shapes that are followed: shapes are trees, and a circle ends here."""


@dataclass(frozen=True, slots=True)
class FieldRules:
    """What the rules say of one path."""

    rules: tuple[str, ...] = ()
    """The ids of the rules that look at it, in their order."""
    duty: Duty | None = None
    pattern: str | None = None


class FormRules:
    """The rules in force on a day, by the paths that they look at."""

    def __init__(self, rules: Rules, day: date, form: DatasetForm) -> None:
        """Read the shapes of all rules that records are held against."""
        known = {path for path, _ in form.walk()}
        self._mentioned: dict[str, tuple[Path, ...]] = {}
        ids: dict[Path, list[str]] = defaultdict(list)
        duties: dict[Path, Duty] = {}
        patterns: dict[Path, str] = {}
        for rule in rules.rules:
            if not rule.shaped or not rule.in_force.contains(day):
                continue
            shapes = _Shapes(rule)
            mentioned = dict.fromkeys(one.path for one in shapes.walk() if one.path in known)
            self._mentioned[rule.id] = tuple(mentioned)
            for path in mentioned:
                ids[path].append(rule.id)
            for one in shapes.walk():
                if one.path not in known or not one.direct:
                    continue
                if one.demanded and one.for_all:
                    duty: Duty = "must" if one.severity == "Violation" else "should"
                    if duties.get(one.path) != "must":
                        duties[one.path] = duty
                if one.pattern is not None and "${" not in one.pattern:
                    patterns[one.path] = one.pattern
        self._fields = {
            path: FieldRules(tuple(found), duties.get(path), patterns.get(path))
            for path, found in ids.items()
        }

    def of(self, path: Path) -> FieldRules:
        """Return what the rules say of a path."""
        return self._fields.get(path, FieldRules())

    def paths(self, rule_id: str) -> tuple[Path, ...]:
        """Return the paths of the form that a rule looks at, in its own order."""
        return self._mentioned.get(rule_id, ())


@dataclass(frozen=True, slots=True)
class _Demand:
    path: Path
    severity: Severity
    direct: bool
    """Whether it is demanded by itself, not as one of several ways or under a condition."""
    for_all: bool
    """Whether it is demanded of every dataset."""
    demanded: bool
    pattern: str | None


class _Shapes:
    def __init__(self, rule: Rule) -> None:
        self._out: dict[_Node, dict[str, list[object]]] = defaultdict(lambda: defaultdict(list))
        self._rule = rule
        for t in rule.triples:
            assert not isinstance(t.subject, ox.Triple)
            self._out[t.subject][t.predicate.value].append(t.object)

    def walk(self) -> Iterator[_Demand]:
        """Yield what each property shape demands."""
        for node, pairs in list(self._out.items()):
            if not isinstance(node, ox.NamedNode):
                continue
            if ox.NamedNode(SH.NodeShape) not in pairs[RDF.type]:
                continue
            for_all = ox.NamedNode(DCAT.Dataset) in pairs[SH.targetClass]
            severity = self._severity(node)
            for found in pairs[SH.targetSubjectsOf]:
                for path in self._paths(found):
                    # The rule begins with this property: its field tells of the rule.
                    yield _Demand(path, severity, False, False, False, None)
            yield from self._node(node, (), severity, True, for_all, 0)

    def _severity(self, node: _Node) -> Severity:
        for found in self._out[node][SH.severity]:
            name = str(getattr(found, "value", ""))[len(SH) :]
            if name in ("Violation", "Warning", "Info"):
                return name  # type: ignore[return-value]
        return self._rule.severity

    def _node(
        self, node: _Node, before: Path, severity: Severity, direct: bool, for_all: bool, depth: int
    ) -> Iterator[_Demand]:
        if depth > _DEEPEST:
            return
        pairs = self._out[node]
        for inner in _nodes(pairs[SH.property]):
            own = self._out[inner]
            for found in own[SH.path]:
                for steps in self._paths(found):
                    path = (*before, *steps)
                    demanded = any(str(getattr(n, "value", 0)) != "0" for n in own[SH.minCount])
                    yield _Demand(
                        path,
                        severity,
                        direct and len(list(self._paths(found))) == 1,
                        for_all and not before,
                        demanded,
                        _text(own[SH.pattern]),
                    )
                    yield from self._node(inner, path, severity, False, for_all, depth + 1)
        for name in _INNER:
            for inner in _nodes(pairs[SH.term(name)]):
                same = direct and name == "node"
                yield from self._node(inner, before, severity, same, for_all, depth + 1)
        for name in _LISTS:
            for head in _nodes(pairs[SH.term(name)]):
                for inner in _nodes(self._list(head)):
                    yield from self._node(inner, before, severity, False, for_all, depth + 1)

    def _paths(self, found: object) -> Iterator[Path]:
        if isinstance(found, ox.NamedNode):
            yield (found.value,)
            return
        if not isinstance(found, ox.BlankNode):
            return
        alternatives = self._out[found][SH.alternativePath]
        if alternatives:
            for head in _nodes(alternatives):
                for one in self._list(head):
                    yield from self._paths(one)
            return
        made: list[Path] = [()]
        for step in self._list(found):
            made = [(*before, *after) for before in made for after in self._paths(step)]
        yield from made

    def _list(self, head: _Node) -> list[object]:
        items: list[object] = []
        while self._out[head][RDF.first]:
            items += self._out[head][RDF.first]
            rest = self._out[head][RDF.rest]
            if not rest or not isinstance(rest[0], ox.BlankNode):
                break
            head = rest[0]
        return items


def _nodes(found: Iterable[object]) -> list[_Node]:
    return [one for one in found if isinstance(one, ox.NamedNode | ox.BlankNode)]


def _text(found: list[object]) -> str | None:
    return str(found[0].value) if found and isinstance(found[0], ox.Literal) else None
