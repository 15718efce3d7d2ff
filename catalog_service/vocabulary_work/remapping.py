"""One record mapped anew after a decision: the statements that the mapping would make now.

Only what the decision is about changes. The next import of the record's source makes the same
statements from what the platform says, so that it finds nothing changed; a test compares the two.
"""

from __future__ import annotations

import re
from typing import Final

from catalog_service.vocabulary_work.model import FIELDS, Decision, Field
from catalog_service.vocabulary_work.unmapped import text_of, unmapped_in
from ontology.concepts import Concept
from ontology.ntriples import literal
from ontology.record import Record
from ontology.spelling import spelling_key
from ontology.terms import DCAT, DCT, RDF, SHD, VOCAB

_FROM_CLOSED: Final = tuple(
    VOCAB.term(f"open-type/{name}") for name in ("none", "conditional", "unconditional")
)
_FILE: Final = VOCAB.term("delivery-mode/file")
_PLACE: Final = re.compile(r"#place-([0-9]+)>")
_DIST: Final = re.compile(r"#dist-([0-9]+)>")


def mapped_anew(record: Record, decision: Decision, concept: Concept) -> Record | None:
    """Return a record with the concept in place of the text; None where it does not say it."""
    field = FIELDS[decision.field]
    prop = field.property_of(concept.scheme)
    if prop is None:
        return None
    if field.unmapped is None:
        return _without_node(record, field, decision.key, f"<{prop}> <{concept.iri}>")
    kept: list[str] = []
    subjects: list[str] = []
    for line in record.lines:
        subject, predicate, term = line[:-2].split(" ", 2)
        if (
            predicate == f"<{field.unmapped}>"
            and term.startswith('"')
            and spelling_key(text_of(term)) == decision.key
        ):
            subjects.append(subject)
        else:
            kept.append(line)
    if not subjects:
        return None
    for subject in subjects:
        kept = _with_concept(kept, subject, prop, concept)
    return _made(record, kept)


def mapped_back(record: Record, decision: Decision, concept: Concept) -> Record | None:
    """Return a record with the text in place of the concept, where it is the only sign of it.

    For a record that its source changed after the decision: its version before says less than its
    source does by now. None for fields that keep nodes, and where the record lacks the concept.
    """
    field = FIELDS[decision.field]
    prop = field.property_of(concept.scheme)
    if field.unmapped is None or prop is None or field.name in ("format", "open-type"):
        return None
    line = f"<{record.focus}> <{prop}> <{concept.iri}> ."
    if line not in record.lines:
        return None
    text = literal(decision.text, lang="zh")
    lines = [one for one in record.lines if one != line]
    return _made(record, [*lines, f"<{record.focus}> <{field.unmapped}> {text} ."])


def _with_concept(lines: list[str], subject: str, prop: str, concept: Concept) -> list[str]:
    """Add a concept to a subject, as the mapping of its field does."""
    if prop == DCT.accessRights:
        start = f"{subject} <{prop}> "
        given = [one[len(start) :] for one in lines if one.startswith(start)]
        known = {concept.iri, *(term[1:-3] for term in given)} & set(_FROM_CLOSED)
        others = [one for one in lines if not one.startswith(start)]
        # Of several open types the most closed one holds.
        return [*others, f"{start}<{min(known, key=_FROM_CLOSED.index)}> ."]
    if prop == DCT.format:
        return [*lines, *_distribution(lines, subject, concept)]
    return [*lines, f"{subject} <{prop}> <{concept.iri}> ."]


def _distribution(lines: list[str], subject: str, concept: Concept) -> list[str]:
    """Return the lines of one more file of the dataset, as for a format that is known."""
    text = "\n".join(lines)
    number = max((int(found) for found in _DIST.findall(text)), default=0) + 1
    node = f"{subject[:-1]}#dist-{number}>"
    made = [
        f"{subject} <{DCAT.distribution}> {node} .",
        f"{node} <{RDF.type}> <{DCAT.Distribution}> .",
        f"{node} <{SHD.deliveryMode}> <{_FILE}> .",
        f"{node} <{DCT.format}> <{concept.iri}> .",
    ]
    start = f"{subject} <{DCAT.landingPage}> "
    page = next((one[len(start) :] for one in lines if one.startswith(start)), None)
    return [*made, f"{node} <{DCAT.accessURL}> {page}"] if page is not None else made


def _without_node(record: Record, field: Field, key: str, link: str) -> Record | None:
    """Return a record with a link to a concept in place of a node with a label."""
    nodes = [one for one in unmapped_in(record.nquads) if (one.field, one.key) == (field.name, key)]
    if not nodes or nodes[0].node is None:
        return None
    node = nodes[0].node
    lines = []
    for line in record.lines:
        subject, predicate, term = line[:-2].split(" ", 2)
        if term == node and predicate == f"<{field.predicate}>":
            lines.append(f"{subject} {link} .")
        elif subject != node:
            lines.append(line)
    return _made(record, _renumbered(lines) if field.name == "place" else lines)


def _renumbered(lines: list[str]) -> list[str]:
    """Return lines in which the places without a concept are numbered from 1 again."""
    numbers = sorted({int(found) for line in lines for found in _PLACE.findall(line)})
    renamed = {str(old): str(new) for new, old in enumerate(numbers, 1)}
    return [_PLACE.sub(lambda found: f"#place-{renamed[found[1]]}>", line) for line in lines]


def _made(record: Record, lines: list[str]) -> Record:
    return Record.from_lines(
        lines,
        iri=record.iri,
        source=record.source,
        remote_id=record.remote_id,
        focus=record.focus,
    )
