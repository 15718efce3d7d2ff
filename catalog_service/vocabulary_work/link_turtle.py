"""Links between organizations that were released, as Turtle."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from catalog_service.accounts.service import Link
from ontology.ntriples import literal
from ontology.terms import DCT, ORG, RDF, RDFS, SKOS, VOCAB, XSD

_EVENT: Final = f"{VOCAB}organization/event-decided-"


def turtle(released: Iterable[Link]) -> str:
    """Return released links as Turtle, in full IRIs: SKOS, and the Organization Ontology (W3C).

    A successor comes with its ``org:ChangeEvent``. Nobody who decided is named.
    """
    lines: list[str] = []
    for link in sorted(released, key=lambda one: one.number):
        one, other = f"<{link.organization}>", f"<{link.other}>"
        if link.kind == "below":
            lines.append(f"{one} <{SKOS.broader}> {other} .")
            continue
        event = f"<{_EVENT}{link.number}>"
        lines += [
            f"{one} <{DCT.isReplacedBy}> {other} .",
            f"{one} <{ORG.changedBy}> {event} .",
            f"{event} <{RDF.type}> <{ORG.ChangeEvent}> .",
            f"{event} <{ORG.originalOrganization}> {one} .",
            f"{event} <{ORG.resultingOrganization}> {other} .",
            f"{event} <{RDFS.comment}> {literal(link.reason, lang='zh')} .",
        ]
        if link.day is not None:
            lines.append(f'{event} <{DCT.date}> "{link.day.isoformat()}"^^<{XSD.date}> .')
    return "".join(f"{line}\n" for line in lines)
