"""Writing canonical N-Triples: one line a triple, as RDFC-1.0 (RDF Dataset Canonicalization) asks.

The canonical form of W3C *RDF 1.2 N-Triples*, section 4: one space between terms, literals with
the escapes ``\\t \\b \\n \\r \\f \\" \\\\`` and ``\\uXXXX`` for the other control characters and
what XML 1.1 has no character for, no datatype for ``xsd:string``, everything else as itself in
UTF-8.
"""

from __future__ import annotations

import re
from functools import lru_cache

import pyoxigraph as ox

from ontology.errors import ILLEGAL_IRI, ILLEGAL_LANGUAGE, AtlasError
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

    Checked against RFC 3987 by the parser that will read the record again: what passes here can
    never stop a later step. Nothing is normalised, as RDF asks.
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
    """Return the text of a literal written by `escape`: what stands between its quotation marks."""
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
