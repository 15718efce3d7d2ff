"""Writing canonical N-Triples: one line a triple, as RDFC-1.0 (RDF Dataset Canonicalization) asks.

The canonical form of W3C *RDF 1.2 N-Triples*, section 4: one space between terms, literals with
the escapes ``\\t \\b \\n \\r \\f \\" \\\\`` and ``\\uXXXX`` for the other control characters, no
datatype for ``xsd:string``, everything else as itself in UTF-8.
"""

from __future__ import annotations

import re

from ontology.errors import ILLEGAL_IRI, AtlasError
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
}
_NEEDS_ESCAPE = re.compile(r'[\x00-\x1f\x7f"\\]')
_SURROGATE = re.compile("[\ud800-\udfff]")
_ILLEGAL_IN_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\\ud800-\udfff]")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_STRING = XSD.string


def iri(value: str) -> str:
    """Return ``<value>``; raises `AtlasError` (``illegal-iri``) unless it is an absolute IRI.

    Checked against the characters that RFC 3987 and the N-Triples grammar bar, blanks included.
    """
    bad = _ILLEGAL_IN_IRI.search(value)
    if bad is not None:
        raise AtlasError(ILLEGAL_IRI, value=value, reason=f"character {bad.group()!r}")
    if _ABSOLUTE.match(value) is None:
        raise AtlasError(ILLEGAL_IRI, value=value, reason="no scheme")
    return f"<{value}>"


def escape(text: str) -> str:
    """Return ``text`` escaped for a canonical N-Triples literal; lone surrogates become U+FFFD."""
    if _NEEDS_ESCAPE.search(text) is not None:
        text = text.translate(_ESCAPES)
    if not text.isascii() and _SURROGATE.search(text) is not None:
        text = _SURROGATE.sub("\ufffd", text)
    return text


def literal(text: str, *, lang: str | None = None, datatype: str | None = None) -> str:
    """Return a literal: plain, with a language tag (lower-cased) or with a datatype IRI."""
    body = f'"{escape(text)}"'
    if lang is not None:
        return f"{body}@{lang.lower()}"
    if datatype is not None and datatype != _STRING:
        return f"{body}^^<{datatype}>"
    return body


def triple(subject: str, predicate: str, obj: str) -> str:
    """Return one line, without its line end, from terms that are already written."""
    return f"{subject} {predicate} {obj} ."
