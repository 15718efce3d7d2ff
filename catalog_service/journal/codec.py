"""How the journal writes what it holds: compressed N-Quads, compact findings, times as numbers."""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
import zstandard

from ontology.terms import ADMS, CSVW, DCAT, DCT, FOAF, ODRL, PREFIXES, RDF, SHD, SKOS, VCARD, VOCAB
from ontology.terms import XSD as _XSD
from shapes.report import Finding, Report, Severity

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_LEVEL: Final = 3

MAX_BODY: Final = 256 * 1024 * 1024
"""No row unpacks to more than this, whatever its header claims."""


def to_number(instant: datetime) -> int:
    """Return microseconds since 1970 UTC of an aware instant."""
    return (instant - _EPOCH) // _MICROSECOND


def to_instant(number: int) -> datetime:
    """Return the aware instant in UTC."""
    return _EPOCH + number * _MICROSECOND


def dictionary() -> bytes:
    """Return the raw-content dictionary that new rows are written with.

    It holds what every record repeats, the most frequent last, where zstd's offsets are shortest.
    A change here is harmless: each journal keeps the dictionaries of its rows.
    """
    rare = [
        *(f"<{ODRL}{t}> " for t in ("Offer", "Agreement", "hasPolicy")),
        *(f"<{SHD}{t}> " for t in ("rowCount", "dataSize", "conditionSupplement", "agreement")),
        *(f"<{SHD}{t}> " for t in ("viewCount", "downloadCount", "callCount", "score")),
        *(f"<{VOCAB}{t}/" for t in ("national-theme", "industry", "scenario", "security-level")),
        f"<{FOAF}page> <http",
        f"<{ADMS}sample> <",
        f"<{SHD}openListItem> <",
        f"#list-item> <{FOAF}primaryTopic> <",
        f"#list-item> <{RDF}type> <{SHD}OpenListItem> .\n",
        f"#contact> <{VCARD}fn> ",
        f"#contact> <{VCARD}hasTelephone> <tel:+86-21-",
        f"#contact> <{RDF}type> <{VCARD}Organization> .\n",
        f"#period> <{DCAT}startDate> ",
        f"#period> <{DCAT}endDate> ",
        f"#period> <{RDF}type> <{DCT}PeriodOfTime> .\n",
        *(f'<{SHD}unmapped{t}> "' for t in ("Format", "Subject", "AccessRights", "Theme")),
        f'"^^<{_XSD}integer> .\n',
        f'"^^<{_XSD}boolean> .\n',
    ]
    usual = [
        f"<{DCT}spatial> <{VOCAB}place/3101",
        f"<{DCT}subject> <{VOCAB}",
        f"<{DCT}temporal> <",
        f"<{SKOS}prefLabel> ",
        f"<{DCT}publisher> <{VOCAB}organization/",
        f"<{SHD}resourceType> <{VOCAB}resource-type/data-product> .\n",
        f"<{SHD}resourceType> <{VOCAB}resource-type/data-interface> .\n",
        f"#dist-1> <{DCAT}accessService> <",
        f"#service-1> <{DCAT}endpointURL> <https://",
        f"#dist-1> <{DCAT}accessURL> <https://",
        f"#dist-1> <{DCAT}downloadURL> <https://",
        f"#dist-1> <{DCT}format> <{VOCAB}format/csv> .\n",
        f"#dist-1> <{DCT}format> <{VOCAB}format/xlsx> .\n",
        f"#dist-1> <{DCT}title> ",
        f"#dist-1> <{SHD}deliveryMode> <{VOCAB}delivery-mode/api> .\n",
        f"#dist-1> <{SHD}deliveryMode> <{VOCAB}delivery-mode/file> .\n",
        f"#dist-1> <{RDF}type> <{DCAT}Distribution> .\n",
        f'#field-001> <{CSVW}datatype> "string" .\n',
        f'#field-001> <{CSVW}title> "名称"@zh .\n',
        f"#field-001> <{DCT}description> ",
        f"#field-001> <{RDF}type> <{CSVW}Column> .\n",
        f"> <{SHD}dataItem> <",
        f"<{DCAT}landingPage> <https://",
        f"<{DCAT}theme> <{VOCAB}domain/",
        f"<{DCT}accessRights> <{VOCAB}open-type/conditional> .\n",
        f"<{DCT}accessRights> <{VOCAB}open-type/unconditional> .\n",
        f"<{DCT}accrualPeriodicity> <{VOCAB}frequency/",
        f'<{DCT}issued> "2020-01-01"^^<{_XSD}date> .\n',
        f'<{DCT}modified> "2023-01-01"^^<{_XSD}date> .\n',
        f"<{DCT}identifier> ",
        f"<{DCAT}distribution> <",
        f"<{DCAT}keyword> ",
        f"<{DCT}description> ",
        f"<{DCT}title> ",
        f"<{RDF}type> <{DCAT}Dataset> .\n",
        '信息"@zh .\n<http://127.0.0.1:8080/id/dataset/',
    ]
    return "".join([*sorted(PREFIXES.values()), *rare, *usual]).encode()


class Codec:
    """Packs and unpacks bodies; safe to share between threads (each gets its own zstd contexts)."""

    def __init__(
        self, dictionaries: Mapping[int, bytes], current: int, *, shown: str = "?"
    ) -> None:
        """Take the journal's dictionaries by id, and which of them new bodies are written with.

        ``shown`` is the journal's address, for messages.
        """
        self.current = current
        self.shown = shown
        self._dictionaries = dict(dictionaries)
        self._local = threading.local()

    def pack(self, text: str) -> bytes:
        """Return the compressed UTF-8 form of ``text``, written with ``self.current``."""
        return self._packer().compress(text.encode())

    def pack_many(self, texts: Sequence[str]) -> list[bytes]:
        """Return the compressed forms of many texts, in order; none may be empty.

        One call releases the interpreter's lock once: getting it back after every text, while
        another thread computes, would take up to 5 ms each.
        """
        if not texts:
            return []
        packed = self._packer().multi_compress_to_buffer([text.encode() for text in texts])
        return [packed[position].tobytes() for position in range(len(packed))]

    def _packer(self) -> zstandard.ZstdCompressor:
        packer: zstandard.ZstdCompressor | None = getattr(self._local, "packer", None)
        if packer is None:
            known = zstandard.ZstdCompressionDict(
                self._dictionaries[self.current], dict_type=zstandard.DICT_TYPE_RAWCONTENT
            )
            # Prepared once: otherwise every row would pay for digesting the dictionary.
            known.precompute_compress(level=_LEVEL)
            packer = self._local.packer = zstandard.ZstdCompressor(
                level=_LEVEL, dict_data=known, write_checksum=True, write_dict_id=False
            )
        return packer

    def unpack(self, body: bytes, dictionary_id: int) -> str:
        """Return the text of a body; its checksum is verified on the way."""
        unpackers: dict[int, zstandard.ZstdDecompressor] | None
        unpackers = getattr(self._local, "unpackers", None)
        if unpackers is None:
            unpackers = self._local.unpackers = {}
        unpacker = unpackers.get(dictionary_id)
        if unpacker is None:
            known = zstandard.ZstdCompressionDict(
                self._dictionaries[dictionary_id], dict_type=zstandard.DICT_TYPE_RAWCONTENT
            )
            unpacker = unpackers[dictionary_id] = zstandard.ZstdDecompressor(dict_data=known)
        return unpacker.decompress(body, max_output_size=MAX_BODY).decode()

    def knows(self, dictionary_id: int) -> bool:
        """Say whether bodies written with this dictionary can be read."""
        return dictionary_id in self._dictionaries


def digest(body: bytes) -> str:
    """Return the name by which a dictionary is recognised: SHA-256, hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def pack_findings(report: Report, focus: str) -> bytes | None:
    """Return findings as compact JSON, None where there are none; the focus itself is left out."""
    if not report.findings:
        return None
    own = f"<{focus}>"
    return _summed(
        orjson.dumps(
            [
                [f.rule_id, f.severity, None if f.focus == own else f.focus, f.path, f.value]
                for f in report.findings
            ]
        )
    )


def unpack_findings(body: bytes | None, focus: str) -> Report:
    """Return the report that `pack_findings` wrote."""
    if body is None:
        return Report(())
    own = f"<{focus}>"
    rows: list[tuple[str, Severity, str | None, str | None, str | None]] = orjson.loads(
        without_sum(body)
    )
    return Report(
        tuple(
            Finding(rule, severity, own if node is None else node, path, value)
            for rule, severity, node, path, value in rows
        )
    )


def verdict_of(report: Report) -> str:
    """Return the set of rules that a report names, as the table ``verdicts`` writes it."""
    return " ".join(sorted({f"{f.rule_id}:{f.severity}" for f in report.findings}))


def pack_removed(removed: Sequence[str]) -> bytes | None:
    """Return what the privacy rule took out as compact JSON, None where it was nothing."""
    return _summed(orjson.dumps(list(removed))) if removed else None


def unpack_removed(body: bytes | None) -> tuple[str, ...]:
    """Return what `pack_removed` wrote."""
    return () if body is None else tuple(orjson.loads(without_sum(body)))


def _summed(body: bytes) -> bytes:
    """Return JSON with its checksum behind it: ``[…]#1a2b3c4d``."""
    return b"%s#%08x" % (body, zlib.crc32(body))


def without_sum(body: bytes) -> bytes:
    """Return the JSON that `_summed` took; raises `ValueError` where a byte of it changed.

    Rows of an earlier version of the program have no checksum.
    """
    if body.endswith(b"]"):
        return body
    text, mark, given = body[:-9], body[-9:-8], body[-8:]
    if mark != b"#" or given != b"%08x" % zlib.crc32(text):
        raise ValueError("the checksum is another one")
    return text


def sum_of_change(values: Mapping[str, Any]) -> int:
    """Return the checksum of a row of ``changes``: CRC-32 over all its columns but this."""
    told = "\x1f".join(
        "" if (value := values[name]) is None else str(value) for name in _SUMMED_COLUMNS
    )
    public = b"1" if values["public"] else b"0"
    return zlib.crc32(values["body"] or b"", zlib.crc32(public, zlib.crc32(told.encode())))


_SUMMED_COLUMNS: Final = (
    *("seq", "time", "iri", "source", "remote_id", "focus", "kind"),
    *("hash", "dictionary", "actor", "run", "reason"),
)
