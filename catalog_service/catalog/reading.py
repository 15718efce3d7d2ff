"""Files and bodies of requests, read as items for the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from catalog_service.catalog.errors import IDENTIFIER_DIFFERS
from catalog_service.errors import BODY_EMPTY, MEDIA_TYPE_UNSUPPORTED
from harvesters.errors import BAD_JSON, NOT_ONE_RECORD
from harvesters.limits import Limits
from harvesters.mapping.mapping_files import label_mapping
from harvesters.mapping.value_parsing import as_text
from harvesters.protocols import Incoming, Item, MappedRecord, Unreadable
from harvesters.readers.format_names import Format
from harvesters.readers.formats import open_reader, read_bytes, read_one
from harvesters.readers.portal_files import PortalLines
from harvesters.readers.portal_records import PortalMapper
from ontology.errors import AtlasError, FilePosition, Phrase
from ontology.limits import MIB
from ontology.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class BodyFormat:
    """How a body is read: the reader's format, and a name for places in errors."""

    format: Format
    name: str


_FORMATS: Final = {
    "text/turtle": BodyFormat("dcat", "body.ttl"),
    "application/n-triples": BodyFormat("dcat", "body.nt"),
    "application/ld+json": BodyFormat("dcat", "body.jsonld"),
    "application/rdf+xml": BodyFormat("dcat", "body.rdf"),
    "application/trig": BodyFormat("dcat", "body.trig"),
    "application/json": BodyFormat("portal-jsonl", "body.json"),
    "application/x-ndjson": BodyFormat("portal-jsonl", "body.jsonl"),
    "application/jsonl": BodyFormat("portal-jsonl", "body.jsonl"),
    "text/csv": BodyFormat("open-list", "body.csv"),
}
"""By media type."""

BODY_LIMITS: Final = Limits(unpacked=512 * MIB)
"""Those of files, except for what a packed body may unpack to."""


def body_format(content_type: str | None, *, single: bool = False) -> BodyFormat:
    """Return how a body of a media type is read; an open list holds no ``single`` record.

    Raises ``media-type-unsupported``.
    """
    given = (content_type or "").partition(";")[0].strip().lower()
    known = [name for name, body in _FORMATS.items() if not single or body.format != "open-list"]
    if given in known:
        return _FORMATS[given]
    raise AtlasError(MEDIA_TYPE_UNSUPPORTED, given=given[:100], known=", ".join(known))


def mapped(item: Item) -> MappedRecord | AtlasError:
    """Return an item as a record, or why it cannot be read."""
    if isinstance(item, Unreadable):
        return item.error
    try:
        return item.make()
    except AtlasError as error:
        return error


@dataclass(frozen=True, slots=True)
class SourceReader:
    """Reads the records of one source."""

    source: str
    base_iri: str
    vocabulary: Vocabulary

    def file(self, path: Path, format: Format = "auto") -> Iterator[Item]:  # noqa: A002
        """Read one file; one that cannot be opened is one unreadable item."""
        try:
            yield from open_reader(
                path,
                source=self.source,
                base_iri=self.base_iri,
                format=format,
                vocabulary=self.vocabulary,
            )
        except AtlasError as error:
            yield Unreadable(error)

    def body(self, content: bytes, body: BodyFormat) -> Iterator[Item]:
        """Read a body in memory; one that cannot be read at all is one unreadable item."""
        try:
            if body.name == "body.json":
                _check_depth(content, body.name)
            yield from read_bytes(
                content,
                name=body.name,
                source=self.source,
                base_iri=self.base_iri,
                vocabulary=self.vocabulary,
                format=body.format,
                limits=BODY_LIMITS,
            )
        except AtlasError as error:
            yield Unreadable(error)

    def record(self, content: bytes, body: BodyFormat, remote_id: str) -> Incoming:
        """Read the one record in a body, under the identifier that its address gives it.

        Raises ``body-empty``, ``not-one-record``, ``identifier-differs`` and what the reader finds
        wrong.
        """
        if not content.strip():
            raise AtlasError(BODY_EMPTY, expected="RDF, JSON")
        if body.name == "body.jsonl":
            count = sum(1 for line in content.splitlines() if line.strip())
            if count > 1:
                raise AtlasError(NOT_ONE_RECORD, place=FilePosition(body.name), count=count)
        if body.format == "portal-jsonl":
            _check_depth(content, body.name)
            _check_identifier(content, remote_id)
        return read_one(
            content,
            remote_id=remote_id,
            name=body.name,
            source=self.source,
            base_iri=self.base_iri,
            vocabulary=self.vocabulary,
            format=body.format,
            limits=BODY_LIMITS,
        )

    def lines(self) -> PortalLines:
        """Return a reader of JSON lines that is fed as they come."""
        mapper = PortalMapper(
            self.vocabulary, base_iri=self.base_iri, source=self.source, tell_unknown="each"
        )
        return PortalLines("body.jsonl", mapper, BODY_LIMITS)


def _check_depth(content: bytes, name: str) -> None:
    """Raise ``bad-json`` for what nests so deeply that it can be read but not written again."""
    try:
        orjson.dumps(orjson.loads(content))
    except orjson.JSONDecodeError:
        # The reader says where it is broken.
        return
    except orjson.JSONEncodeError as error:
        raise AtlasError(
            BAD_JSON, place=FilePosition(name), reason=Phrase("it is nested too deeply")
        ) from error


def _check_identifier(content: bytes, remote_id: str) -> None:
    """Raise ``identifier-differs`` for a JSON record that names itself otherwise than its path."""
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
