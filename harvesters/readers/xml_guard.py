"""Refusing XML with a document type, by which entity expansion attacks work."""

from __future__ import annotations

from harvesters.errors import XML_BOMB
from ontology.errors import AtlasError, FilePosition

_BLANK = b" \t\r\n"
_WIDE = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How documents begin in which a character takes several bytes (XML 1.0, appendix F)."""


def has_doctype(content: bytes) -> bool:
    """Tell whether a document type stands before the root element.

    Reads every encoding that an XML parser takes by itself. Skips the XML declaration, comments
    and processing instructions; ``<!DOCTYPE`` after the root element's start is text.
    """
    for beginning, encoding in _WIDE:
        if content.startswith(beginning):
            content = content.decode(encoding, "replace").encode()
            break
    position = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    while position < len(content):
        if content[position] in _BLANK:
            position += 1
        elif content.startswith(b"<?", position):
            end = content.find(b"?>", position)
            if end < 0:
                return False
            position = end + 2
        elif content.startswith(b"<!--", position):
            end = content.find(b"-->", position)
            if end < 0:
                return False
            position = end + 3
        else:
            return content.startswith(b"<!", position)
    return False


def refuse_dtd(content: bytes, name: str, part: str = "") -> None:
    """Raise `AtlasError` (``xml-bomb``) where a document has a DTD."""
    if has_doctype(content):
        raise AtlasError(XML_BOMB, place=FilePosition(name), part=part or name)
