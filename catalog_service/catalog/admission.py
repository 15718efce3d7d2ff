"""What a record must fulfil before any rule is asked: its identity and its size."""

from __future__ import annotations

import re
from typing import Final

from catalog_service.errors import (
    IDENTITY_MISMATCH,
    ILLEGAL_REMOTE_ID,
    ILLEGAL_SOURCE_ID,
)
from ontology.allowed_subjects import foreign_subject
from ontology.canonical import MAX_TRIPLES
from ontology.errors import (
    FOREIGN_SUBJECT,
    RECORD_TOO_LARGE,
    RECORD_TOO_LONG,
    TEXT_TOO_LONG,
    AtlasError,
    FilePosition,
)
from ontology.limits import MAX_RECORD, MAX_TEXT
from ontology.ntriples import unescape
from ontology.openness import is_open
from ontology.record import SOURCE_ID, Record, mint_iri
from ontology.terms import shortened
from ontology.truncation import clip

MAX_SOURCE_ID: Final = 63
"""Characters of a source's identifier, as `SOURCE_ID` allows them."""

MAX_REMOTE_ID: Final = 512
"""Characters; percent-encoded it still fits into an address that servers accept."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


def check_source_id(source: str) -> None:
    """Raise ``illegal-source-id`` for what cannot stand in an IRI as it is."""
    if SOURCE_ID.fullmatch(source) is None:
        raise AtlasError(ILLEGAL_SOURCE_ID, source=source)


def remote_id_fault(remote_id: str) -> str | None:
    """Say why an identifier cannot be used: empty, endless or unprintable; None where it can."""
    if not remote_id or remote_id.isspace():
        return "empty"
    if len(remote_id) > MAX_REMOTE_ID:
        return f"{len(remote_id)} characters"
    if _CONTROL.search(remote_id) is not None:
        return "control characters"
    return None


def illegal_remote_id(reason: str, place: FilePosition | None = None) -> AtlasError:
    """Return ``illegal-remote-id``."""
    return AtlasError(ILLEGAL_REMOTE_ID, place=place, reason=reason, limit=MAX_REMOTE_ID)


def check_record(record: Record, *, base_iri: str, source: str, remote_id: str) -> int:
    """Return the bytes of a record's canonical form.

    Raises ``identity-mismatch``, ``foreign-subject``, ``record-too-large``, ``record-too-long`` or
    ``text-too-long``.
    """
    expected = mint_iri(base_iri, source, remote_id)
    if record.iri != expected or record.source != source or record.remote_id != remote_id:
        raise AtlasError(IDENTITY_MISMATCH, found=record.iri, expected=expected)
    foreign = foreign_subject(record.nquads, base=base_iri, source=source, record_iri=record.iri)
    if foreign is not None:
        raise AtlasError(FOREIGN_SUBJECT, iri=record.iri, subject=foreign)
    # Characters first: at most four bytes each, and most records are far below.
    size = len(record.nquads)
    if size * 4 > MAX_TEXT:
        size = len(record.nquads.encode())
        if size > MAX_RECORD:
            raise AtlasError(RECORD_TOO_LONG, record=record.iri, limit=MAX_RECORD)
        count = record.nquads.count("\n")
        if count > MAX_TRIPLES:
            raise AtlasError(RECORD_TOO_LARGE, iri=record.iri, count=count, limit=MAX_TRIPLES)
        _check_texts(record)
    return size


def _check_texts(record: Record) -> None:
    """Raise ``text-too-long`` for a value or an IRI over the limit, naming its property."""
    for line in record.lines:
        if len(line) * 4 <= MAX_TEXT:
            continue
        subject, predicate, value = line[:-2].split(" ", 2)
        datatype = ""
        if value.startswith('"'):
            text, _, datatype = value[1:].rpartition('"')
            value = unescape(text)
        size = max(len(term.encode()) for term in (subject, predicate, value, datatype))
        if size > MAX_TEXT:
            raise AtlasError(
                TEXT_TOO_LONG,
                field=clip(shortened(predicate[1:-1])),
                size=size,
                limit=MAX_TEXT,
                record=record.iri,
            )


def may_be_public(record: Record) -> bool:
    """Say whether a record may be public: not where it says 非开放, however it says so."""
    return is_open(record)
