"""File formats and their readers: choosing the reader for a path or for bytes.

A new format: detect it in `harvesters.readers.format_detection`, return its reader here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harvesters.errors import NOT_ONE_RECORD, UNKNOWN_FORMAT
from harvesters.limits import DEFAULT, Limits
from harvesters.protocols import Incoming, Item, Reader, Unreadable
from harvesters.readers.dcat import DcatReader
from harvesters.readers.files import Input, read_all
from harvesters.readers.format_detection import Kind, sniff
from harvesters.readers.format_names import Format
from harvesters.readers.json_documents import array_items
from harvesters.readers.open_list import OpenListReader
from harvesters.readers.portal_files import PortalReader
from harvesters.readers.portal_records import PortalMapper
from harvesters.readers.remote_ids import checked_identifier
from ontology.errors import AtlasError, FilePosition
from ontology.vocabulary import Vocabulary


@dataclass(frozen=True)
class _FileReader:
    """Opens its input and chooses the format only when iteration starts."""

    source: Input
    format: Format
    vocabulary: Vocabulary
    base_iri: str
    source_id: str
    limits: Limits
    year: int | None

    def __iter__(self) -> Iterator[Item]:
        kind = sniff(self.source, self.format, self.limits)
        begun = False
        try:
            for item in self._reader(kind):
                begun = True
                yield item
        except AtlasError as error:
            # Items before the fault of a file stay valid: the fault becomes one more item.
            if not begun:
                raise
            yield Unreadable(error)

    def _reader(self, kind: Kind) -> Reader:
        if kind in {"json-lines", "json"}:
            mapper = PortalMapper(
                self.vocabulary,
                base_iri=self.base_iri,
                source=self.source_id,
                tell_unknown="once",
            )
            return PortalReader(self.source, mapper, lines=kind == "json-lines", limits=self.limits)
        if kind == "rdf":
            return DcatReader(
                self.source,
                base_iri=self.base_iri,
                source_id=self.source_id,
                limits=self.limits,
            )
        return OpenListReader(
            self.source,
            self.vocabulary,
            base_iri=self.base_iri,
            source_id=self.source_id,
            workbook=kind == "workbook",
            limits=self.limits,
            year=self.year,
        )


def open_reader(
    path: Path | str,
    *,
    source: str,
    base_iri: str,
    vocabulary: Vocabulary,
    format: Format = "auto",  # noqa: A002 - the name of the command line's option
    limits: Limits = DEFAULT,
    year: int | None = None,
) -> Reader:
    """Return a reader of one file.

    The file is opened when iteration starts; an unusable file then raises `AtlasError`, while
    broken items are yielded as `Unreadable`. ``year`` applies to an open list without one.
    """
    path = Path(path)
    return _FileReader(
        Input(str(path), path=path), format, vocabulary, base_iri, source, limits, year
    )


def read_bytes(
    content: bytes,
    *,
    name: str,
    source: str,
    base_iri: str,
    vocabulary: Vocabulary,
    format: Format = "auto",  # noqa: A002
    limits: Limits = DEFAULT,
    year: int | None = None,
) -> Reader:
    """Return a reader of content already in memory: the body of a request, an upload.

    ``name`` is the file name in errors, and its ending helps to detect the format.
    """
    return _FileReader(
        Input(name, content=content), format, vocabulary, base_iri, source, limits, year
    )


def read_one(
    content: bytes,
    *,
    remote_id: str,
    name: str,
    source: str,
    base_iri: str,
    vocabulary: Vocabulary,
    format: Format = "auto",  # noqa: A002
    limits: Limits = DEFAULT,
) -> Incoming:
    """Return the only record in ``content``, identified by ``remote_id``.

    A portal record in JSON, or one dataset in RDF. Raises `AtlasError`: ``not-one-record``, or
    why the content cannot be read.
    """
    place = FilePosition(name)
    whole = Input(name, content=content)
    kind = sniff(whole, format, limits)
    checked_identifier(remote_id, place)
    if kind == "rdf":
        reader: Reader = DcatReader(
            whole, base_iri=base_iri, source_id=source, limits=limits, remote_id=remote_id
        )
        items = list(reader)
        for item in items:
            if isinstance(item, Unreadable):
                raise item.error
        return next(item for item in items if isinstance(item, Incoming))
    if kind not in {"json", "json-lines"}:
        raise AtlasError(UNKNOWN_FORMAT, file=name)
    payloads = [payload for payload, _ in array_items(read_all(whole, limits), name)]
    if len(payloads) != 1:
        raise AtlasError(NOT_ONE_RECORD, place=place, count=len(payloads))
    payload = payloads[0]
    if isinstance(payload, AtlasError):
        raise payload
    mapper = PortalMapper(vocabulary, base_iri=base_iri, source=source, tell_unknown="each")
    return mapper.incoming(payload, place, remote_id)
