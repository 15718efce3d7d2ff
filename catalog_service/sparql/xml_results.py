"""Results in XML that every parser reads.

Standard library only: a worker loads this before it enters its sandbox.
"""

from __future__ import annotations

import re
from typing import Final

_NOT_XML: Final = re.compile(b"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
"""In UTF-8: the control characters that XML 1.0 has not, U+FFFE and U+FFFF."""


class UnwritableError(Exception):
    """The answer holds what its form cannot write; the argument says what."""


def as_xml(body: bytes) -> bytes:
    """Return results in XML so that every parser reads what was meant.

    Oxigraph writes characters as they are. A parser turns a carriage return into a line feed, and
    refuses the document for what is no character of XML. Raises `UnwritableError`.
    """
    barred = _NOT_XML.search(body)
    if barred is not None:
        raise UnwritableError(f"U+{ord(barred.group().decode()):04X}")
    return body.replace(b"\r", b"&#xD;")
