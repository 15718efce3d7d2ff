"""Files of portal records: JSON lines, JSON arrays and answers of an API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harvesters.errors import NO_RECORDS
from harvesters.limits import DEFAULT, Limits
from harvesters.protocols import Item, Unreadable
from harvesters.readers.duplicate_ids import SeenIdentifiers
from harvesters.readers.files import Input, read_all, read_lines
from harvesters.readers.json_documents import array_items
from harvesters.readers.portal_records import PortalMapper
from harvesters.readers.streamed_lines import LineCutter, Unpacker
from ontology.errors import AtlasError, FilePosition


class PortalReader:
    """Reads portal records from a file or from bytes (`harvesters.protocols.Reader`)."""

    def __init__(
        self,
        source: Input,
        mapper: PortalMapper,
        *,
        lines: bool,
        limits: Limits = DEFAULT,
    ) -> None:
        self._source = source
        self._mapper = mapper
        self._lines = lines
        self._limits = limits

    def __iter__(self) -> Iterator[Item]:
        """Yield an item for each record; a broken one comes as `Unreadable`."""
        items = _Items(self._mapper, self._source.name)
        for payload, place in self._payloads():
            yield items.item(payload, place)
        items.end()

    def _payloads(self) -> Iterator[tuple[bytes | AtlasError, FilePosition]]:
        name = self._source.name
        if not self._lines:
            yield from array_items(read_all(self._source, self._limits), name)
            return
        for number, content in read_lines(self._source, self._limits, blank=False):
            yield from _payload(number, content, name)


class PortalLines:
    """Reads portal records from JSON lines that arrive piece by piece over a network.

    It never waits for input: it yields the items of complete lines and keeps the incomplete one.
    """

    def __init__(self, name: str, mapper: PortalMapper, limits: Limits = DEFAULT) -> None:
        self._name = name
        self._items = _Items(mapper, name)
        self._unpacker = Unpacker(name, limits)
        self._cutter = LineCutter(name, limits, blank=False)

    def feed(self, data: bytes) -> Iterator[Item]:
        """Yield an item for each line that ends in ``data``; raises `AtlasError` as a file does."""
        for unpacked in self._unpacker.feed(data):
            yield from self._read(self._cutter.feed(unpacked))

    def end(self) -> Iterator[Item]:
        """Yield the last item; raises `AtlasError` where there was none, or the end is missing."""
        for unpacked in self._unpacker.end():
            yield from self._read(self._cutter.feed(unpacked))
        yield from self._read(self._cutter.end())
        self._items.end()

    def _read(self, lines: Iterable[tuple[int, bytes | AtlasError]]) -> Iterator[Item]:
        for number, content in lines:
            for payload, place in _payload(number, content, self._name):
                yield self._items.item(payload, place)


class _Items:
    """Makes items of payloads, and checks that identifiers are unique."""

    def __init__(self, mapper: PortalMapper, name: str) -> None:
        self._mapper = mapper
        self._name = name
        self._seen = SeenIdentifiers()
        self._empty = True

    def item(self, payload: bytes | AtlasError, place: FilePosition) -> Item:
        self._empty = False
        if isinstance(payload, AtlasError):
            return Unreadable(payload)
        try:
            return self._seen.check(self._mapper.incoming(payload, place))
        except AtlasError as error:
            return Unreadable(error)

    def end(self) -> None:
        if self._empty:
            raise AtlasError(NO_RECORDS, file=self._name)


def _payload(
    number: int, content: bytes | AtlasError, name: str
) -> Iterator[tuple[bytes | AtlasError, FilePosition]]:
    """Yield the payload of a line, unless it is blank."""
    if isinstance(content, AtlasError):
        yield content, FilePosition(name, number)
    elif content and not content.isspace():
        if number == 1:
            content = content.removeprefix(b"\xef\xbb\xbf")
        yield content, FilePosition(name, number)
