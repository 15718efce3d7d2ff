"""What one change added to a record and took away, property by property, as a page shows it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from catalog_service.journal.model import Change
from catalog_service.rules.service import short
from catalog_service.site.property_names import PROPERTY_NAMES
from catalog_service.site.rendering import View
from ontology.ntriples import triples_of
from ontology.truncation import clip
from ontology.vocabulary import Vocabulary

MAX_LINES: Final = 200
"""Statements of one property that are shown; the machine forms of both versions have them all."""

LONGEST: Final = 2_000
"""Characters of a value that are shown."""

MANY: Final = 100
"""Values after which each is cut to `SHORTEST`."""

SHORTEST: Final = 60


@dataclass(slots=True)
class Difference:
    """What became of one property."""

    name: str
    code: str
    removed: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)


def differences(
    vocabulary: Vocabulary, view: View, before: Change | None, after: Change
) -> list[Difference]:
    """Return the properties whose values changed, those with an everyday name first."""
    if after.nquads is None:
        return []
    # Not splitlines: a literal may hold U+2028 and its like.
    old = set((before.nquads or "").split("\n")) if before is not None else set()
    new = set(after.nquads.split("\n"))
    found: dict[str, Difference] = {}
    count = 0
    for lines, side in ((old - new, "removed"), (new - old, "added")):
        grouped: dict[str, list[str]] = defaultdict(list)
        for triple in triples_of("\n".join(sorted(lines))):
            count += 1
            text = _told(vocabulary, view, triple.object)
            grouped[triple.predicate.value].append(
                clip(text, LONGEST if count <= MANY else SHORTEST)
            )
        for predicate, texts in grouped.items():
            one = found.setdefault(predicate, _named(view, predicate))
            getattr(one, side).extend(texts)
    order = {predicate: place for place, predicate in enumerate(PROPERTY_NAMES)}
    return [found[p] for p in sorted(found, key=lambda p: (order.get(p, len(order)), p))]


def _named(view: View, predicate: str) -> Difference:
    code = short(predicate) or predicate
    name = PROPERTY_NAMES.get(predicate)
    return Difference(view.gettext(name) if name else code, code)


def _told(vocabulary: Vocabulary, view: View, term: object) -> str:
    if isinstance(term, ox.Literal):
        return term.value
    if isinstance(term, ox.NamedNode):
        concept = vocabulary.concept(term.value)
        return view.name(concept) if concept else term.value
    return str(term)
