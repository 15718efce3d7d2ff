"""Requests that are alike but for one parameter's value, told by their bytes.

Nothing is parsed that a parser has not accepted: what stands before the value and behind it are the
bytes of a request that was answered, and the value has none that could end it.
"""

from __future__ import annotations

import re
from binascii import a2b_qp
from dataclasses import dataclass
from typing import Final

_PLAIN: Final = re.compile(rb"(?:[!$'()*+,./0-9:;?@A-Z_a-z~-]++|%[0-9A-Fa-f]{2})++")
"""Characters of a value in an address (RFC 3986, 3.4) that neither end it nor begin another."""


@dataclass(frozen=True, slots=True)
class Template:
    """A request of which one value is left out."""

    before: bytes
    after: bytes


def split(sent: bytes, name: bytes) -> tuple[Template, str] | None:
    """Return a GET's template and the value of a parameter; None where it has not exactly one."""
    end = sent.find(b"\r\n")
    mark = name + b"="
    start = sent.find(mark, 0, end)
    if start < 1 or sent[start - 1] not in b"?&" or sent.find(mark, start + 1, end) > 0:
        return None
    found = _PLAIN.match(sent, start + len(mark), end)
    if found is None or sent[found.end() : found.end() + 1] not in (b"&", b" "):
        return None
    try:
        value = _unquoted(found[0]).decode()
    except UnicodeDecodeError:
        return None
    return Template(sent[: found.start()], sent[found.end() :]), value


def _unquoted(value: bytes) -> bytes:
    """Return what a value means in a form.

    Quoted-printable (RFC 2045, 6.7) has another mark for the same, and its decoder is written in C:
    a query with some prefixes has hundreds of escapes.
    """
    return a2b_qp(value.replace(b"+", b" ").replace(b"%", b"="))
