"""The register of rules: loading, looking up, and the shapes in force on a day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from ontology.errors import AtlasError
from shapes.compilation import compiled_triples
from shapes.errors import NO_RULES, UNKNOWN_RULE
from shapes.placeholders import ACCESS_HOSTS, AccessHost, Surroundings, read_access_hosts
from shapes.rule import Rule
from shapes.rule_files import read_rule_file, unique_rules

RULES = Path(__file__).parent / "rules"
"""The rules that the product comes with."""


@dataclass(frozen=True)
class Rules:
    """All rules, by id, and the dated data that they are measured with."""

    rules: tuple[Rule, ...]
    access_hosts: tuple[AccessHost, ...] = ()

    @classmethod
    def load(cls, directory: Path | None = None, *, access_hosts: Path | None = None) -> Rules:
        """Read all ``*.ttl`` of a directory (default: the product's own) and the hosts of R10.

        Raises `AtlasError`: ``unreadable-rules``, ``no-rules``, ``invalid-rule``,
        ``duplicate-rule``, ``invalid-rule-parameters``.
        """
        folder = directory or RULES
        files = {path.name: read_rule_file(path) for path in sorted(folder.glob("*.ttl"))}
        if not files:
            raise AtlasError(NO_RULES, where=folder.name)
        return cls.of(unique_rules(files), read_access_hosts(access_hosts or ACCESS_HOSTS))

    @classmethod
    def of(cls, rules: list[Rule], access_hosts: tuple[AccessHost, ...] = ()) -> Rules:
        """Make a register of rules, in the order of their ids."""
        return cls(tuple(sorted(rules, key=lambda rule: rule.id)), access_hosts)

    def with_access_hosts(self, hosts: Iterable[AccessHost]) -> Rules:
        """Return the register with these hosts of R10 added, or put in their namesakes' place."""
        own = tuple(hosts)
        named = {host.host for host in own}
        kept = (host for host in self.access_hosts if host.host not in named)
        return Rules(self.rules, (*kept, *own))

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def __contains__(self, rule_id: object) -> bool:
        return rule_id in self._by_id

    @cached_property
    def _by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    def get(self, rule_id: str) -> Rule:
        """Return a rule; raises `AtlasError` (``unknown-rule``)."""
        try:
            return self._by_id[rule_id]
        except KeyError:
            raise AtlasError(UNKNOWN_RULE, rule=rule_id) from None

    def in_force(self, day: date) -> Rules:
        """Return the rules in force on ``day``."""
        return Rules(tuple(r for r in self.rules if r.in_force.contains(day)), self.access_hosts)

    def only(self, ids: set[str]) -> Rules:
        """Return the rules of these ids."""
        return Rules(tuple(r for r in self.rules if r.id in ids), self.access_hosts)

    def replaced(self, rules: list[Rule]) -> Rules:
        """Return the register with these rules added, or put in the place of their namesakes."""
        new = {rule.id: rule for rule in rules}
        return Rules.of(list((self._by_id | new).values()), self.access_hosts)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over all rules and parameters: what a report was made with."""
        parts = [f"{r.id} {r.digest}" for r in self.rules]
        parts += [f"{h.host} {h.start} {h.end}" for h in self.access_hosts]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def surroundings(self, rule: Rule, day: date) -> Surroundings:
        """Return what the placeholders of ``rule`` are filled from on ``day``."""
        return Surroundings(day, self.access_hosts, lambda name: rule.parameter(name, day))

    def shapes_triples(self, day: date, *, detailed: bool = False) -> list[ox.Triple]:
        """Return the SHACL shapes in force on ``day``, placeholders filled, messages included.

        ``detailed``: a rule that makes one finding of several missing elements names each.
        """
        return [
            triple
            for rule in self.in_force(day)
            if rule.shaped
            for triple in compiled_triples(rule, self.surroundings(rule, day), detailed=detailed)
        ]
