"""Writing and reading canonical N-Triples: one line per triple, as RDFC-1.0 requires.

The canonical form of W3C *RDF 1.2 N-Triples*, section 4: one space between terms, literals with
the escapes ``\\t \\b \\n \\r \\f \\" \\\\`` and ``\\uXXXX`` for the other control characters and
what XML 1.1 has no character for, no datatype for ``xsd:string``, everything else as itself in
UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from ontology.errors import ILLEGAL_IRI, ILLEGAL_LANGUAGE, AtlasError
from ontology.limits import MAX_RECORD
from ontology.terms import XSD

_ESCAPES = {
    **{code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)},
    0x08: "\\b",
    0x09: "\\t",
    0x0A: "\\n",
    0x0C: "\\f",
    0x0D: "\\r",
    0x22: '\\"',
    0x5C: "\\\\",
    0xFFFE: "\\uFFFE",
    0xFFFF: "\\uFFFF",
}
_NEEDS_ESCAPE = re.compile('[\x00-\x1f\x7f"\\\\\ufffe\uffff]')
_ESCAPED = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_MEANT = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_SURROGATE = re.compile("[\ud800-\udfff]")
_STRING = XSD.string


def iri(value: str) -> str:
    """Return ``<value>``; raises `AtlasError` (``illegal-iri``) unless it is an absolute IRI.

    Checked against RFC 3987 by the parser that reads the record again later. IRIs are not
    normalized, as RDF requires.
    """
    try:
        ox.NamedNode(value)
    except ValueError as error:
        shown = value.encode("utf-8", "backslashreplace").decode()
        raise AtlasError(ILLEGAL_IRI, value=shown, reason=str(error)) from error
    return f"<{value}>"


def escape(text: str) -> str:
    """Return ``text`` escaped for a canonical N-Triples literal; lone surrogates become U+FFFD."""
    if _NEEDS_ESCAPE.search(text) is not None:
        text = text.translate(_ESCAPES)
    if not text.isascii() and _SURROGATE.search(text) is not None:
        text = _SURROGATE.sub("\ufffd", text)
    return text


def unescape(body: str) -> str:
    """Return the text of a literal: the inverse of `escape`."""
    if "\\" not in body:
        return body
    return _ESCAPED.sub(_character, body)


def _character(found: re.Match[str]) -> str:
    code = found.group(1) or found.group(2)
    return chr(int(code, 16)) if code else _MEANT.get(found.group(3), found.group(3))


def literal(text: str, *, lang: str | None = None, datatype: str | None = None) -> str:
    """Return a literal: plain, with a language tag (lower-cased) or with a datatype IRI.

    Raises `AtlasError` (``illegal-language-tag``, ``illegal-iri``).
    """
    body = f'"{escape(text)}"'
    if lang is not None:
        return body + _language(lang)
    if datatype is not None and datatype != _STRING:
        return body + _datatype(datatype)
    return body


@lru_cache(maxsize=256)
def _language(tag: str) -> str:
    try:
        return f"@{ox.Literal('', language=tag).language}"
    except ValueError as error:
        shown = tag.encode("utf-8", "backslashreplace").decode()
        raise AtlasError(ILLEGAL_LANGUAGE, value=shown) from error


@lru_cache(maxsize=256)
def _datatype(value: str) -> str:
    return f"^^{iri(value)}"


def triple(subject: str, predicate: str, obj: str) -> str:
    """Return one line, without its line end, from terms that are already written."""
    return f"{subject} {predicate} {obj} ."


_PARSED: Final = MAX_RECORD // 4
"""Characters of a line that the parser always accepts: at most four bytes each."""

_LINE: Final = re.compile(r"<([^>]*)> <([^>]*)> ")
_END: Final = re.compile(r'"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)? \.')


def triples_of(nquads: str) -> Iterator[ox.Triple]:
    """Yield the triples of a canonical form (N-Triples lines without blank nodes), in its order.

    pyoxigraph refuses a value over 16 MiB. Records stored before the limit was introduced may hold
    one: such a line is parsed here.
    """
    if len(nquads) > _PARSED:
        lines = nquads.split("\n")
        if any(len(line) > _PARSED for line in lines):
            for line in lines:
                if line:
                    yield from (_long(line),) if len(line) > _PARSED else triples_of(line)
            return
    for quad in ox.parse(nquads, format=ox.RdfFormat.N_TRIPLES):
        yield quad.triple


def _long(line: str) -> ox.Triple:
    head = _LINE.match(line)
    if head is None:
        raise SyntaxError("not a line of a canonical form")
    subject, predicate = ox.NamedNode(head[1]), ox.NamedNode(head[2])
    if line[head.end()] == "<":
        return ox.Triple(subject, predicate, ox.NamedNode(line[head.end() + 1 : -3]))
    close = line.rfind('"')
    end = _END.fullmatch(line, close)
    if end is None:
        raise SyntaxError("not a line of a canonical form")
    text = unescape(line[head.end() + 1 : close])
    if end[1]:
        return ox.Triple(subject, predicate, ox.Literal(text, language=end[1]))
    datatype = ox.NamedNode(end[2]) if end[2] else None
    return ox.Triple(subject, predicate, ox.Literal(text, datatype=datatype))
