"""Refusing XML with a document type, by which entity expansion attacks work."""

from __future__ import annotations

from harvesters.errors import XML_BOMB
from ontology.errors import AtlasError, FilePosition

_BLANK = b" \t\r\n"


def has_doctype(content: bytes) -> bool:
    """Tell whether a document type stands before the root element.

    Skips the XML declaration, comments and processing instructions; ``<!DOCTYPE`` after the root
    element's start is text.
    """
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
