"""What of a record is measured, read from its canonical form."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from ontology.dates import earliest, latest
from ontology.ntriples import triples_of
from ontology.terms import DCT, SHD, VOCAB
from ontology.vocabulary import load_vocabulary

_FREQUENCY: Final = f"{VOCAB}frequency/"


@dataclass(frozen=True, slots=True)
class Read:
    """``frequency`` is the notation of ``vocab:frequency``, or None."""

    publishers: tuple[str, ...]
    updated: str | None
    frequency: str | None
    interval: str | None


def read(nquads: str, focus: str) -> Read:
    """Return what a canonical form says of its dataset.

    The day of update is the last that is given; where none is, the day of publication, as the
    dataset's page has it.
    """
    found: dict[str, list[ox.NamedNode | ox.Literal]] = {}
    for triple in triples_of(nquads):
        subject, value = triple.subject, triple.object
        if (
            isinstance(subject, ox.NamedNode)
            and subject.value == focus
            and isinstance(value, ox.NamedNode | ox.Literal)
        ):
            found.setdefault(triple.predicate.value, []).append(value)
    publishers = dict.fromkeys(
        one.value for one in found.get(DCT.publisher, ()) if isinstance(one, ox.NamedNode)
    )
    interval = next(iter(_literals(found.get(SHD.updateInterval, ()))), None)
    return Read(
        publishers=tuple(publishers),
        updated=latest(_literals(found.get(DCT.modified, ())))
        or earliest(_literals(found.get(DCT.issued, ()))),
        frequency=_frequency(found.get(DCT.accrualPeriodicity, ())),
        interval=interval,
    )


def _literals(values: Iterable[ox.NamedNode | ox.Literal]) -> list[str]:
    return [one.value for one in values if isinstance(one, ox.Literal)]


def _frequency(values: Iterable[ox.NamedNode | ox.Literal]) -> str | None:
    first = next(iter(values), None)
    if not isinstance(first, ox.NamedNode):
        return None
    iri = first.value
    if not iri.startswith(_FREQUENCY):
        # Of another code list (EU MONTHLY).
        iri = load_vocabulary().meant("frequency", iri) or iri
    return iri.removeprefix(_FREQUENCY) if iri.startswith(_FREQUENCY) else None
