"""Bodies of requests as records: the reader is told by the media type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import orjson
from fastapi import Request

from catalog_service.http.context import Service
from catalog_service.http.errors import BODY_EMPTY, IDENTIFIER_DIFFERS, MEDIA_TYPE_UNSUPPORTED
from harvesters.contracts import Incoming, Item, Unreadable
from harvesters.errors import BAD_JSON, NOT_ONE_RECORD
from harvesters.limits import MIB, Limits
from harvesters.mapping.mapping import label_mapping
from harvesters.mapping.plain_values import as_text
from harvesters.readers.open_reader import Format, read_bytes, read_one
from harvesters.readers.portal import PortalLines, PortalMapper
from ontology.errors import AtlasError, Place

_DCAT: Final = {
    "text/turtle": "body.ttl",
    "application/n-triples": "body.nt",
    "application/ld+json": "body.jsonld",
    "application/rdf+xml": "body.rdf",
    "application/trig": "body.trig",
}
_OTHER: Final = {
    "application/json": ("portal-jsonl", "body.json"),
    "application/x-ndjson": ("portal-jsonl", "body.jsonl"),
    "application/jsonl": ("portal-jsonl", "body.jsonl"),
    "text/csv": ("open-list", "body.csv"),
}
KNOWN: Final = (*_DCAT, *_OTHER)

BODY_LIMITS: Final = Limits(unpacked=512 * MIB)
"""As of files, but for what a packed body may unpack to."""


def body_format(request: Request) -> tuple[Format, str]:
    """Return the reader's format and a name for places in errors; ``media-type-unsupported``."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given in _DCAT:
        return "dcat", _DCAT[given]
    if given in _OTHER:
        format_, name = _OTHER[given]
        return format_, name  # type: ignore[return-value]  # the literals above
    raise AtlasError(MEDIA_TYPE_UNSUPPORTED, given=given[:100], known=", ".join(KNOWN))


def read_items(
    atlas: Service, content: bytes, format_: str, name: str, source: str
) -> Iterator[Item]:
    """Read a body in memory; one that cannot be read at all is one unreadable item."""
    try:
        if name == "body.json":
            _check_depth(content, name)
        yield from read_bytes(
            content,
            name=name,
            source=source,
            base_iri=atlas.settings.base_iri,
            vocabulary=atlas.vocabulary,
            format=format_,  # type: ignore[arg-type]  # from `body_format`
            limits=BODY_LIMITS,
        )
    except AtlasError as error:
        yield Unreadable(error)


def read_record(
    atlas: Service, content: bytes, request: Request, source: str, remote_id: str
) -> Incoming:
    """Read the one record of a PUT, under the identifier that the path gives it.

    Raises ``media-type-unsupported``, ``body-empty``, ``not-one-record``, ``identifier-differs``
    and what the reader finds wrong.
    """
    format_, name = body_format(request)
    if format_ == "open-list":
        known = ", ".join(name for name in KNOWN if name != "text/csv")
        raise AtlasError(MEDIA_TYPE_UNSUPPORTED, given="text/csv", known=known)
    if not content.strip():
        raise AtlasError(BODY_EMPTY, expected="RDF, JSON")
    if name == "body.jsonl":
        count = sum(1 for line in content.splitlines() if line.strip())
        if count > 1:
            raise AtlasError(NOT_ONE_RECORD, place=Place(name), count=count)
    if format_ == "portal-jsonl":
        _check_depth(content, name)
        _check_identifier(content, remote_id)
    return read_one(
        content,
        remote_id=remote_id,
        name=name,
        source=source,
        base_iri=atlas.settings.base_iri,
        vocabulary=atlas.vocabulary,
        format=format_,
        limits=BODY_LIMITS,
    )


def _check_depth(content: bytes, name: str) -> None:
    """Raise ``bad-json`` for what nests so deeply that it can be read but not written again."""
    try:
        orjson.dumps(orjson.loads(content))
    except orjson.JSONDecodeError:
        # The reader says where it is broken.
        return
    except orjson.JSONEncodeError as error:
        raise AtlasError(BAD_JSON, place=Place(name), reason="nested too deeply") from error


def _check_identifier(content: bytes, remote_id: str) -> None:
    """See that a JSON record that names itself is the one that the path names."""
    try:
        payload = orjson.loads(content)
    except orjson.JSONDecodeError:
        # The reader says where it is broken.
        return
    if not isinstance(payload, dict):
        return
    for label in label_mapping("portal").identity:
        found = as_text(payload.get(label)) if label in payload else ""
        if found:
            if found != remote_id:
                raise AtlasError(IDENTIFIER_DIFFERS, found=found, expected=remote_id)
            return


def portal_lines(atlas: Service, source: str) -> PortalLines:
    """Return what reads JSON lines as they come."""
    mapper = PortalMapper(
        atlas.vocabulary, base_iri=atlas.settings.base_iri, source=source, tell_unknown="each"
    )
    return PortalLines("body.jsonl", mapper, BODY_LIMITS)
