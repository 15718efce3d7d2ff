"""A rule: its shapes, source, severity, and the days on which it is in force."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Literal

import pyoxigraph as ox

from ontology.languages import BilingualText
from ontology.terms import RULE
from shapes.report import Severity

Level = Literal["record", "catalogue", "process", "figure"]
"""record: one dataset's graph (SHACL); catalogue: needs the other records; process: a clock or a
step in a workflow; figure: a rate that is reported, not enforced."""

Status = Literal["checked", "registered"]
"""checked: the gate holds records against it (`Rule.shaped`), or the service judges it elsewhere
(`Rule.judged_by`); registered: known and listed, and judged by people."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``start`` to ``end``, both included; None: no end yet."""

    start: date
    end: date | None = None

    def contains(self, day: date) -> bool:
        """Tell whether ``day`` lies in the period."""
        return self.start <= day and (self.end is None or day <= self.end)


@dataclass(frozen=True, slots=True)
class Parameter:
    """A threshold of a rule with the days on which it holds."""

    name: str
    value: str
    in_force: Period


@dataclass(frozen=True)
class Rule:
    """One rule of the register; ``source`` is the article it comes from."""

    id: str
    levels: tuple[Level, ...]
    severity: Severity
    label: BilingualText
    message: BilingualText
    source: BilingualText
    judged: BilingualText | None
    """How it is judged, where that is not by its shape."""
    in_force: Period
    parameters: tuple[Parameter, ...]
    shaped: bool
    """Whether the gate holds records against its shape."""
    judged_by: str | None
    """The part of the service that judges it otherwise than by its shape: ``open-list``,
    ``duplicates``."""
    file: str
    triples: tuple[ox.Triple, ...] = field(repr=False)

    @property
    def iri(self) -> str:
        """The IRI of the rule and of its first shape."""
        return RULE.term(self.id)

    @property
    def status(self) -> Status:
        """Whether a machine judges it."""
        return "checked" if self.shaped or self.judged_by is not None else "registered"

    def parameter(self, name: str, day: date) -> str:
        """Return a parameter's value on ``day``; raises KeyError where none holds."""
        for parameter in self.parameters:
            if parameter.name == name and parameter.in_force.contains(day):
                return parameter.value
        raise KeyError(name)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the rule's RDFC-1.0 canonical form: the same for any spelling of its file."""
        dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in self.triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        lines = sorted(f"{q.subject} {q.predicate} {q.object} .\n" for q in dataset)
        return hashlib.sha256("".join(lines).encode()).hexdigest()
