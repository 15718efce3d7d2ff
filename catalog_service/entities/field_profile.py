"""A data item over the datasets that have it: its types, its spellings, what stands beside it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from catalog_service.context import Service
from ontology.terms import CSVW
from search.index.payload import StoredDocument
from search.relations.fields import COMMON, field_key

READ: Final = 50
"""Records that are read for types, which no index keeps."""
SHOWN: Final = 12

_TITLE: Final = CSVW.term("title")
_TYPE: Final = CSVW.datatype
_LINE: Final = re.compile(
    rf"^(\S+) <({re.escape(_TITLE)}|{re.escape(_TYPE)})> (.+) \.$", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class Counted:
    """A value and in how many datasets it stands."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class FieldProfile:
    """What is known of a data item.

    ``types`` come from the ``read`` datasets of most recent update, the rest from all.
    """

    read: int
    types: tuple[Counted, ...]
    typed: int
    """Datasets among ``read`` that give a type."""
    spellings: tuple[Counted, ...]
    """How the name is written, the most frequent first."""
    beside: tuple[Counted, ...]
    """Data items that stand in the same datasets, without those that every table has."""


def profile_of(
    atlas: Service, name: str, documents: Sequence[StoredDocument]
) -> FieldProfile | None:
    """Return what is known of a data item by the datasets that have it; None where none has it."""
    if not documents:
        return None
    key = field_key(name)
    spellings, beside = Counter[str](), Counter[str]()
    names: dict[str, Counter[str]] = {}
    for document in documents:
        own = {field_key(field): field for field in document.fields}
        if key not in own:
            # The graph, which told of it, is a moment behind the index, or ahead of it.
            continue
        spellings[own[key]] += 1
        for other, spelt in own.items():
            if other and other != key and other not in COMMON:
                beside[other] += 1
                names.setdefault(other, Counter())[spelt] += 1
    types = [_type_of(atlas, document.iri, key) for document in documents[:READ]]
    known = Counter(one for one in types if one)
    return FieldProfile(
        read=len(types),
        types=_most(known),
        typed=known.total(),
        spellings=_most(spellings),
        beside=tuple(
            Counted(names[other].most_common(1)[0][0], count)
            for other, count in sorted(beside.items(), key=lambda one: (-one[1], one[0]))[:SHOWN]
        ),
    )


def _most(counts: Counter[str]) -> tuple[Counted, ...]:
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Counted(value, count) for value, count in ordered[:SHOWN])


def _type_of(atlas: Service, iri: str, key: str) -> str:
    """Return the type that a public record gives a data item; empty where it gives none."""
    stored = atlas.journal.get(iri)
    if stored is None or not stored.public or stored.nquads is None or _TYPE not in stored.nquads:
        return ""
    titled: set[str] = set()
    types: dict[str, str] = {}
    for subject, predicate, text in _LINE.findall(stored.nquads):
        if predicate == _TITLE and field_key(_value(text)) == key:
            titled.add(subject)
        elif predicate == _TYPE:
            types[subject] = _value(text)
    return next((types[one] for one in sorted(titled) if one in types), "")


def _value(term: str) -> str:
    """Return the text of an N-Triples term."""
    found = next(iter(ox.parse(f"<s:s> <s:p> {term} .", format=ox.RdfFormat.N_TRIPLES)))
    return found.object.value if isinstance(found.object, ox.Literal | ox.NamedNode) else ""
