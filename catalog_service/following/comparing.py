"""What of a dataset changed from one public version to the next: what its users must know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from ontology.ntriples import triples_of
from ontology.terms import CSVW, DCAT, DCT, SHD
from ontology.truncation import clip
from translations import NP_

ASPECTS: Final[Mapping[str, str]] = {
    "items": NP_("follow", "data items"),
    "open_type": NP_("follow", "open type"),
    "license": NP_("follow", "licence and rights"),
    "conditions": NP_("follow", "conditions"),
    "frequency": NP_("follow", "promised update frequency"),
    "files": NP_("follow", "files and addresses"),
    "publisher": NP_("follow", "publisher"),
    "title": NP_("follow", "title"),
}
"""What may change, in the order in which it is told."""

MOST_NAMED: Final = 5
"""Data items of each sort that are named."""
_LONGEST: Final = 60
"""Characters of a name that are kept."""

_OF_THE_DATASET: Final[Mapping[str, str]] = {
    DCT.accessRights: "open_type",
    DCT.publisher: "publisher",
    DCT.accrualPeriodicity: "frequency",
    SHD.updateInterval: "frequency",
    DCT.title: "title",
    SHD.conditionalReason: "conditions",
    SHD.agreement: "conditions",
}
_OF_ANYTHING: Final[Mapping[str, str]] = {
    DCT.license: "license",
    DCT.rights: "license",
    SHD.conditionSupplement: "conditions",
    DCAT.downloadURL: "files",
    DCAT.accessURL: "files",
    DCAT.endpointURL: "files",
    SHD.dataItem: "items",
    CSVW.title: "items",
    CSVW.datatype: "items",
    CSVW.required: "items",
}
"""Properties of the dataset, its distributions and data items, and what a change of one means."""


def changed(before: str, after: str, focus: str) -> dict[str, Any] | None:
    """Return what changed between two canonical forms; None: nothing that users must know.

    ``aspects`` are names of `ASPECTS`; ``added``, ``removed`` and ``renamed`` the first data items
    of each sort, with ``more`` for how many others there are.
    """
    # Not splitlines: a literal may hold U+2028 and its like.
    old, new = set(before.split("\n")), set(after.split("\n"))
    aspects: set[str] = set()
    for triple in triples_of("\n".join(sorted(old ^ new))):
        predicate = triple.predicate.value
        aspect = _OF_ANYTHING.get(predicate)
        if aspect is None and _iri(triple.subject) == focus:
            aspect = _OF_THE_DATASET.get(predicate)
        if aspect is not None:
            aspects.add(aspect)
    if not aspects:
        return None
    found: dict[str, Any] = {"aspects": [one for one in ASPECTS if one in aspects]}
    if "items" in aspects:
        found |= _items_changed(_items(before), _items(after))
    return found


def _items_changed(
    before: Mapping[str, Sequence[str]], after: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    """Return data items that were added, removed and renamed.

    One is renamed where a data item that stays in its place has another name, the former of which
    no other has now, and the new of which none had before; where more are than stay as they were,
    it is another list.
    """
    had = {name for names in before.values() for name in names}
    has = {name for names in after.values() for name in names}
    renamed: list[list[str]] = []
    for node, names in before.items():
        gone = [one for one in names if one not in has]
        come = [one for one in after.get(node, ()) if one not in had]
        if len(gone) == 1 and len(come) == 1:
            renamed.append([gone[0], come[0]])
    if len(renamed) > sum(after.get(node) == names for node, names in before.items()):
        renamed = []
    former, latter = {one for one, _ in renamed}, {one for _, one in renamed}
    sorts: dict[str, list[Any]] = {
        "added": sorted(has - had - latter),
        "removed": sorted(had - has - former),
        "renamed": sorted(renamed),
    }
    found: dict[str, Any] = {name: some[:MOST_NAMED] for name, some in sorts.items() if some}
    more = sum(max(0, len(some) - MOST_NAMED) for some in sorts.values())
    return {**found, "more": more} if more else found


def _items(nquads: str) -> dict[str, list[str]]:
    """Return the names of data items by their nodes."""
    nodes: set[str] = set()
    names: dict[str, list[str]] = defaultdict(list)
    wanted = (f"<{SHD.dataItem}>", f"<{CSVW.title}>")
    lines = [line for line in nquads.split("\n") if any(one in line for one in wanted)]
    for triple in triples_of("\n".join(lines)):
        if triple.predicate.value == SHD.dataItem:
            nodes.add(_iri(triple.object))
        elif isinstance(triple.object, ox.Literal):
            names[_iri(triple.subject)].append(clip(triple.object.value, _LONGEST))
    return {node: names[node] for node in sorted(nodes)}


def _iri(term: object) -> str:
    return term.value if isinstance(term, ox.NamedNode) else str(term)
