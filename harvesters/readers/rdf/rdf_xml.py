"""Preparing RDF/XML, and splitting it into its nodes where one of them has a fault.

The RDF parser accepts truncated XML and mismatched tags, so that well-formedness is checked first;
a document that is not well formed is refused as a whole, as XML requires.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import partial
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import quoteattr, unescape

import pyoxigraph as ox

from harvesters.errors import BAD_XML, NESTED_TOO_DEEP, WRONG_ENCODING
from harvesters.readers.nesting_depth import XML_DEPTH
from harvesters.readers.rdf.fault_scope import MAX_REPEATED, DocumentPart, Fault
from harvesters.readers.xml_guard import refuse_dtd
from ontology.errors import AtlasError, FilePosition
from ontology.terms import RDF

_DECLARED: Final = re.compile(
    rb"""^<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.\-]+)["'][^>]*\?>"""
)
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs"}
_NAMING: Final = re.compile(rb"""\b(about|nodeID|ID)\s*=\s*["']([^"'<>]*)["']""")
_BASE: Final = "http://www.w3.org/XML/1998/namespace base"

Parse = Callable[[bytes], list[ox.Quad]]


def prepared_xml(content: bytes, name: str) -> bytes:
    """Return a document in UTF-8, well formed and not too deep.

    Raises `AtlasError`: ``wrong-encoding``, ``xml-bomb``, ``nested-too-deep``, ``bad-xml`` with
    line and column where it is not well formed.
    """
    content = _in_utf8(content, name)
    refuse_dtd(content, name)
    _Outline(content, name)
    return content


def _in_utf8(content: bytes, name: str) -> bytes:
    declared = _DECLARED.match(content.removeprefix(codecs.BOM_UTF8))
    encoding = "utf-8" if declared is None else declared.group(1).decode().lower()
    if content.startswith(_UTF16):
        encoding = "utf-16"
    if encoding in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return content
    try:
        text = content.decode(_WIDER.get(encoding, encoding))
    except UnicodeDecodeError as problem:
        line = content.count(b"\n", 0, problem.start) + 1
        byte = problem.start - content.rfind(b"\n", 0, problem.start)
        at = FilePosition(name, line, byte)
        raise AtlasError(WRONG_ENCODING, place=at, encoding=encoding.upper(), byte=byte) from None
    except LookupError:
        at = FilePosition(name, 1)
        raise AtlasError(WRONG_ENCODING, place=at, encoding=encoding, byte=1) from None
    return re.sub(r"^<\?xml\b[^>]*\?>", "", text, count=1).encode()


class _Outline:
    """Start, end and subjects of each node below the root of a document."""

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        self._depth = 0
        self.root = ""
        self.head: int | None = None
        """Where the root's start tag ends."""
        self.children: list[tuple[int, int, int, int]] = []
        """Start and end of each in bytes, and its line and column."""
        self.subjects: list[list[tuple[str, str]]] = []
        """For each, the nodes described in it, by ``about``, ``ID`` or ``nodeID``."""
        self.rebased = False
        self.loose: FilePosition | None = None
        """Position of text between the nodes."""
        self._begun: tuple[int, int, int] | None = None
        self._ended = False
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = self._other
        parser.ProcessingInstructionHandler = lambda _target, _data: self._event()
        try:
            parser.Parse(content, True)
        except expat.ExpatError as problem:
            place = FilePosition(name, problem.lineno, problem.offset + 1)
            reason = expat.ErrorString(problem.code)
            raise AtlasError(BAD_XML, place=place, reason=reason) from None

    def _event(self) -> None:
        here = self._parser.CurrentByteIndex
        if self._depth == 1 and self.head is None:
            self.head = here
        if self._ended and self._begun is not None:
            start, line, column = self._begun
            self.children.append((start, here, line, column))
            self._begun, self._ended = None, False

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._event()
        self._depth += 1
        parser = self._parser
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        if self._depth > XML_DEPTH:
            place = FilePosition(self._name, line)
            raise AtlasError(NESTED_TOO_DEEP, place=place, limit=XML_DEPTH)
        if self._depth == 1:
            self.root = tag
            return
        if self._depth == 2:
            self._begun = (parser.CurrentByteIndex, line, column)
            self.subjects.append([])
        self.rebased = self.rebased or _BASE in attributes
        described = any(
            not key.startswith((RDF + " ", "http://www.w3.org/XML/")) for key in attributes
        )
        for key, value in attributes.items():
            if " " not in key:
                # An attribute without a prefix may have lost that of RDF.
                self.subjects[-1] += [("about", value), ("nodeID", value)]
        for kind in ("about", "ID", "nodeID", "resource"):
            name = attributes.get(f"{RDF} {kind}")
            if name is not None and (kind != "resource" or described):
                self.subjects[-1].append(("about" if kind == "resource" else kind, name))

    def _end(self, _tag: str) -> None:
        self._event()
        self._depth -= 1
        self._ended = self._depth == 1

    def _text(self, text: str) -> None:
        self._event()
        if self._depth == 1 and text.strip() and self.loose is None:
            self.loose = FilePosition(
                self._name, self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
            )

    def _other(self, _text: str) -> None:
        self._event()


def xml_parts(content: bytes, name: str, parse: Parse) -> list[DocumentPart] | None:
    """Return each node below the root as a document; None where they cannot be separated."""
    outline = _Outline(content, name)
    if outline.head is None or outline.rebased or outline.loose or outline.root != f"{RDF} RDF":
        return None
    if outline.head * len(outline.children) > MAX_REPEATED:
        return None
    head = content[: outline.head]
    opening = content.rfind(b"<", 0, outline.head)
    tail = b"</" + re.split(rb"[\s>]", content[opening + 1 : outline.head], maxsplit=1)[0] + b">"
    return [
        DocumentPart(
            head + content[start:end] + tail,
            partial(FilePosition, name, line, column),
            partial(_doubt, [*subjects, *_written(content[start:end])], head, tail, parse),
        )
        for (start, end, line, column), subjects in zip(
            outline.children, outline.subjects, strict=True
        )
    ]


def _written(text: bytes) -> list[tuple[str, str]]:
    """Return the values of anything that looks like an attribute naming a node."""
    return [
        (found.group(1).decode(), unescape(found.group(2).decode("utf-8", "replace")))
        for found in _NAMING.finditer(text)
    ]


def _doubt(
    given: list[tuple[str, str]], head: bytes, tail: bytes, parse: Parse, broken: Fault
) -> None:
    for kind, value in given:
        node = (
            f"<r:Description xmlns:r={quoteattr(RDF)} r:{kind}={quoteattr(value)}>"
            "<r:value>1</r:value></r:Description>"
        )
        try:
            quads = parse(head + node.encode() + tail)
        except (SyntaxError, ValueError, MemoryError):
            broken.like.add(f"_:{value}" if kind == "nodeID" else value)
            continue
        broken.named.update(
            s for q in quads if isinstance(s := q.subject, (ox.NamedNode, ox.BlankNode))
        )
