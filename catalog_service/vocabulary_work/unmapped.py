"""Finding in a record the values that no vocabulary knows, as the mapping keeps them.

A literal under a property of its own (`ontology.unmapped_values`) for most fields; for publishers
a node of the source's own, for places a node of the record, each with its label. Publishers of
other cities (市统计局 of a portal elsewhere) are not Shanghai's to map: their node's name is not
the digest of their label alone (`harvesters.mapping.publishers`); neither they nor the places of
such a record are found.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalog_service.vocabulary_work.model import FIELDS
from ontology.ntriples import unescape
from ontology.spelling import spelling_key
from ontology.terms import DCT, SHD, SKOS

_KEPT: Final = {field.unmapped: name for name, field in FIELDS.items() if field.unmapped}
_START: Final = f"<{SHD}unmapped"
_LABEL: Final = f"> <{SKOS.prefLabel}> "
_OWN: Final = re.compile(rf"^\S+ <{re.escape(DCT.publisher)}> (<\S+/id/organization/\S+>) \.$")
_PLACE: Final = re.compile(rf"^\S+ <{re.escape(DCT.spatial)}> (<\S+#place-[0-9]+>) \.$")
_DIGEST: Final = 12
MAX_TEXT: Final = 300
"""Characters; what is longer is a description, and no name of a concept."""


@dataclass(frozen=True, slots=True)
class Found:
    """A value of one record."""

    field: str
    key: str
    text: str
    node: str | None = None
    """The term of its node in the record, for fields that keep nodes."""


def unmapped_in(nquads: str) -> list[Found]:
    """Return the values in a canonical form that no vocabulary knows, each key of a field once."""
    found: dict[tuple[str, str], Found] = {}
    nodes: list[tuple[str, str]] = []
    labels: dict[str, str] = {}
    for line in nquads.split("\n"):
        if _START in line:
            _, predicate, term = line[:-2].split(" ", 2)
            name = _KEPT.get(predicate[1:-1])
            if name is not None and term.startswith('"'):
                _add(found, name, text_of(term))
        elif (kept := _OWN.match(line)) is not None:
            nodes.append(("publisher", kept[1]))
        elif (kept := _PLACE.match(line)) is not None:
            nodes.append(("place", kept[1]))
        elif _LABEL in line:
            subject, _, term = line[:-2].split(" ", 2)
            labels.setdefault(subject, text_of(term))
    own = list(_labelled(nodes, labels))
    if any(name == "publisher" and _is_elsewhere(node, text) for name, node, text in own):
        own = []
    for name, node, text in own:
        _add(found, name, text, node)
    return list(found.values())


def text_of(term: str) -> str:
    """Return the text of a literal's term."""
    return unescape(term[1 : term.rindex('"')])


def _labelled(
    nodes: list[tuple[str, str]], labels: dict[str, str]
) -> Iterator[tuple[str, str, str]]:
    for name, node in nodes:
        if node in labels:
            yield name, node, labels[node]


def _is_elsewhere(node: str, label: str) -> bool:
    return not node.endswith(f"/{hashlib.sha256(label.encode()).hexdigest()[:_DIGEST]}>")


def _add(
    found: dict[tuple[str, str], Found], name: str, text: str, node: str | None = None
) -> None:
    text = text.strip()
    if not text or len(text) > MAX_TEXT:
        return
    key = spelling_key(text)
    if key:
        found.setdefault((name, key), Found(name, key, text, node))
