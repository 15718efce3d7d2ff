"""What the gate asks of whoever compares records with the city's (R07)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ontology.record import Record
from ontology.terms import SHD
from shapes.report import Finding, Severity

RULE: Final = "R07"
"""The rule that a district's record offends which repeats the city's."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """What a version repeats: a public record of the city's, with both titles."""

    own_title: str
    iri: str
    title: str


class RepeatCheck(Protocol):
    """Compares versions with the public records; supplied by the room of duplicates."""

    def holds(self, source: str) -> bool:
        """Tell whether a source's records that repeat the city's are held back."""
        ...

    def repeats(self, records: Sequence[Record]) -> Mapping[str, tuple[Repeat, ...]]:
        """Return what records repeat surely enough to be held, by IRI; decisions count."""
        ...


def finding(iri: str, repeated: str, severity: Severity) -> Finding:
    """Return what R07 finds in a record that repeats another, by their IRIs."""
    return Finding(RULE, severity, f"<{iri}>", SHD.replicaOf, f"<{repeated}>")
