"""Differences of lists as RDF: a change set for each item (ChangeSet vocabulary)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from catalog_service.open_list.comparing import Comparison
from catalog_service.open_list.differences import ItemChange
from catalog_service.open_list.model import COLUMNS, ListItem
from ontology.record import mint_iri
from ontology.serialization import write
from ontology.terms import DCAT, DCT, PREFIXES, RDF, SHD, SKOS, Namespace

CS: Final = Namespace("http://purl.org/vocab/changeset/schema#")

PREDICATES: Final = {
    "title": DCT.title,
    "provider": DCT.publisher,
    "description": DCT.description,
    "content": SHD.dataItem,
    "scope": SHD.openScope,
    "open_type": DCT.accessRights,
    "conditions": SHD.conditionSupplement,
    "frequency": DCT.accrualPeriodicity,
    "form": DCT.format,
    "domain": DCAT.theme,
    "note": SKOS.note,
}
"""Of what a field says something. Its value is the text as the list has it, in Chinese."""


def write_turtle(found: Comparison, base: str) -> bytes:
    """Return the changes as Turtle; ``base`` is that of datasets' IRIs."""
    triples = [one for change in found.changes for one in _change(change, found, base)]
    target = ox.RdfFormat.TURTLE
    return write(triples, target, {**PREFIXES, "cs": CS}).body


def _change(change: ItemChange, found: Comparison, base: str) -> Iterator[ox.Triple]:
    item, node = ox.NamedNode(_iri(change.here, found, base)), ox.BlankNode()
    yield ox.Triple(node, _term(RDF.type), _term(CS.ChangeSet))
    yield ox.Triple(node, _term(CS.subjectOfChange), item)
    yield ox.Triple(node, _term(CS.changeReason), ox.Literal(change.kind))
    for one, linked in ((change.before, CS.removal), (change.after, CS.addition)):
        if one is None:
            continue
        changed = {field.field for field in change.fields} or set(COLUMNS)
        for name in COLUMNS:
            text = getattr(one, name)
            if name not in changed or not text:
                continue
            statement = ox.BlankNode()
            yield ox.Triple(node, _term(linked), statement)
            yield ox.Triple(statement, _term(RDF.type), _term(RDF.Statement))
            yield ox.Triple(statement, _term(RDF.subject), item)
            yield ox.Triple(statement, _term(RDF.predicate), _term(PREDICATES[name]))
            yield ox.Triple(statement, _term(RDF.object), ox.Literal(text, language="zh"))


def _iri(item: ListItem, found: Comparison, base: str) -> str:
    if item.is_catalogued:
        return mint_iri(base, item.source, item.remote_id)
    organization = quote(found.organization, safe="")
    return f"{base.rstrip('/')}/open-list/{found.year}/{organization}#{quote(item.key, safe='')}"


def _term(iri: str) -> ox.NamedNode:
    return ox.NamedNode(iri)
