"""Detecting the format of an input: by the requested format, its ending, and its first bytes."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Final, Literal

from harvesters.errors import BINARY_FILE, FILE_EMPTY, UNKNOWN_FORMAT
from harvesters.limits import Limits
from harvesters.readers.files import Input, Unpacked, read_head
from ontology.errors import AtlasError

Kind = Literal["json-lines", "json", "csv", "workbook", "rdf"]

RDF_ENDINGS: Final = frozenset({"ttl", "nt", "nq", "rdf", "owl", "jsonld", "trig", "n3"})
_JSON_ENDINGS: Final = frozenset({"jsonl", "ndjson", "json"})
_MAGIC: Final = (
    (b"PK\x03\x04", "ZIP / XLSX"),
    (b"\xd0\xcf\x11\xe0", "OLE / XLS"),
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"SQLite format 3", "SQLite"),
    (b"\x7fELF", "ELF"),
)
_HEAD: Final = 64 * 1024
_OVERLAP: Final = 64
_LINKED: Final = re.compile(rb'"@(?:context|graph)"\s*:')
_KEYWORD: Final = re.compile(rb'"@(?:id|type|value|list|set|included|reverse)"\s*:')
_IRI_KEY: Final = re.compile(rb'"(?:https?|urn):[^"\s]+"\s*:')
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


def ending(name: str) -> str:
    """Return the last ending of a file's name without ``.gz``, lower-case, without its dot."""
    path = PurePath(name.lower())
    if path.suffix == ".gz":
        path = path.with_suffix("")
    return path.suffix.removeprefix(".")


def sniff(source: Input, wanted: str, limits: Limits) -> Kind:
    """Return the kind of an input.

    Raises `AtlasError`: ``file-missing``, ``not-a-file``, ``file-empty``, ``binary-file``,
    ``unknown-format``, ``truncated-gzip``.
    """
    with Unpacked(source, limits) as stream:
        head = read_head(stream, _HEAD, tolerant=True)
    if not head.strip() and len(head) < _HEAD:
        raise AtlasError(FILE_EMPTY, file=source.name)
    suffix = ending(source.name)
    workbook = head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))
    if workbook and (wanted == "open-list" or suffix in {"xlsx", "xls", "xlsm", "ods", "et"}):
        return "workbook"
    _refuse_binary(source, head, wanted)
    if wanted == "open-list":
        return "csv"
    if wanted == "dcat":
        return "rdf"
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if wanted == "portal-jsonl":
        return _json_kind(suffix, text)
    if suffix in RDF_ENDINGS or (suffix == "xml" and b"rdf:RDF" in head):
        return "rdf"
    if suffix in _JSON_ENDINGS or text[:1] in (b"{", b"["):
        if suffix not in {"jsonl", "ndjson"} and _is_json_ld(source, head, limits):
            return "rdf"
        return _json_kind(suffix, text)
    if suffix in {"csv", "tsv", "txt"}:
        return "csv"
    if text.startswith((b"@prefix", b"@base", b"PREFIX", b"<http", b"<urn", b"_:", b"<?xml")):
        return "rdf"
    if b"," in head or b"\t" in head or "，".encode() in head:
        return "csv"
    raise AtlasError(UNKNOWN_FORMAT, file=source.name)


def _refuse_binary(source: Input, head: bytes, wanted: str) -> None:
    expected = {"auto": "text", "portal-jsonl": "JSON", "dcat": "RDF", "open-list": "CSV, XLSX"}
    for magic, what in _MAGIC:
        if head.startswith(magic):
            raise AtlasError(
                BINARY_FILE, file=source.name, what=what, expected=expected.get(wanted, wanted)
            )
    if b"\x00" in head and not head.startswith(_UTF16):
        raise AtlasError(
            BINARY_FILE,
            file=source.name,
            what=_with_nulls(head),
            expected=expected.get(wanted, wanted),
        )


def _is_json_ld(source: Input, head: bytes, limits: Limits) -> bool:
    """Tell whether JSON is JSON-LD: by its context, which may come last, or by its keys.

    The expanded form has no context: its keys are IRIs and keywords.
    """
    if _LINKED.search(head) or (_KEYWORD.search(head) and _IRI_KEY.search(head)):
        return True
    if len(head) < _HEAD:
        return False
    tail = b""
    with Unpacked(source, limits) as stream:
        try:
            while data := stream.read():
                if _LINKED.search(tail + data):
                    return True
                tail = data[-_OVERLAP:]
        except AtlasError:
            return False
    return False


def _with_nulls(head: bytes) -> str:
    """Name the cause of NUL bytes: in UTF-16 every other byte of ASCII text is NUL."""
    for start, name in ((1, "UTF-16LE"), (0, "UTF-16BE")):
        here, there = head[start::2].count(0), head[1 - start :: 2].count(0)
        if here >= len(head) // 20 and there * 10 <= here:
            return f"{name} without its mark; save it as UTF-8"
    return "NUL bytes"


def _json_kind(suffix: str, text: bytes) -> Kind:
    if text[:1] == b"[":
        return "json"
    if suffix in {"jsonl", "ndjson"}:
        return "json-lines"
    # One object over several lines is a document; objects line by line are JSON lines.
    first, _, rest = text.partition(b"\n")
    if first.rstrip().endswith(b"}") and rest.lstrip()[:1] == b"{":
        return "json-lines"
    return "json"
