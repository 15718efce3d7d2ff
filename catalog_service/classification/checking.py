"""R02, R03, R24 and R25 for a dataset, with what its class and reviews add to its record.

The same shapes judge as at the gate. A record whose publisher says nothing of a review or of an
agreement passes where they are kept here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from catalog_service.classification.linked_data import triples_of
from catalog_service.classification.model import DatasetTerms, OpenType
from catalog_service.classification.service import review_day, terms_of
from catalog_service.context import Service
from catalog_service.journal.model import StoredRecord, version_of
from ontology.ntriples import literal
from ontology.openness import open_type
from ontology.record import Record
from ontology.terms import DCT, RDF, SHD, VOCAB, XSD
from shapes.report import Finding

RULES: Final = frozenset({"R02", "R03", "R24", "R25"})


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found; ``disagrees``: the record's open type is not that of its level."""

    findings: tuple[Finding, ...]
    disagrees: bool


def check(atlas: Service, stored: StoredRecord) -> Checked | None:
    """Hold a record, with what is kept of it here, against the rules; None: it has no version."""
    record = version_of(stored)
    if record is None:
        return None
    terms = terms_of(atlas, record.iri)
    report = atlas.engine_named("shacl").validate(completed(atlas, record, terms))
    found = tuple(one for one in report.findings if one.rule_id in RULES)
    return Checked(found, terms is not None and disagrees(record, terms.level.open_type))


def completed(atlas: Service, record: Record, terms: DatasetTerms | None) -> Record:
    """Return a record with its class, its filed agreement and the day of its review."""
    lines = list(record.lines)
    if terms is not None:
        made = triples_of(atlas.settings.base_iri, record.iri, record.focus, terms)
        lines += [f"{one} ." for one in made]
    elif day := review_day(atlas, record.iri):
        node = f"{record.iri}#class-review"
        lines += [
            f"<{record.focus}> <{SHD.secrecyReview}> <{node}> .",
            f"<{node}> <{RDF.type}> <{SHD.SecrecyReview}> .",
            f"<{node}> <{DCT.date}> {literal(day.isoformat(), datatype=XSD.date)} .",
        ]
    return Record.from_lines(
        lines,
        iri=record.iri,
        source=record.source,
        remote_id=record.remote_id,
        focus=record.focus,
    )


def disagrees(record: Record, wanted: OpenType | None) -> bool:
    """Tell whether a record says another open type than its level's."""
    if wanted is None:
        return False
    said = {
        open_type(triple.object.value)
        for triple in record.triples()
        if triple.subject == ox.NamedNode(record.focus)
        and triple.predicate.value == DCT.accessRights
        and isinstance(triple.object, ox.NamedNode)
    } - {None}
    return bool(said) and f"{VOCAB}open-type/{wanted}" not in said
