"""Converting addresses as sources write them to IRIs, by one rule for all readers.

Characters that no IRI may hold are percent-encoded; existing encoding stays. Typical faults of
spreadsheets and of doubly encoded JSON are repaired: full-width characters before the path,
backslashes, ``&amp;``, a missing ``http://`` before ``www.``. Every change gives a warning.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any, Final, NamedTuple
from urllib.parse import quote

import pyoxigraph as ox

from harvesters.errors import ADDRESS_WITH_USER, MENDED_IRI
from harvesters.mapping.value_parsing import as_list, as_text
from ontology.errors import ILLEGAL_IRI, ErrorKind
from ontology.texts import INVISIBLE

Problem = tuple[ErrorKind, dict[str, Any]]

_PLAIN: Final = re.compile(
    r"https?://[A-Za-z0-9.-]+(?::\d+)?(?:[/?#](?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
    r"(?:#[A-Za-z0-9._~:/?@!$&'()*+,;=-]*)?)?"
)
"""Addresses that are legal as they are."""
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WEB: Final = re.compile(r"(https?|ftps?):[/\\]*", re.IGNORECASE)
_WIDE_START: Final = re.compile(r"[^/／\\]{1,12}[:：][/／\\]{2}[^/／?？#＃]*[／？＃]?")
_NEXT: Final = re.compile(
    # Possessive and only from the start of a run: a long run would be tried from each character.
    r"(?<![\s,，;；、|])[\s,，;；、|]++(?=(?:https?|ftps?)(?::|：)|www\.)",
    re.IGNORECASE,
)
_UNSEEN: Final = rf"\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000{INVISIBLE}"
"""Unusual blanks, and characters that are invisible or change the direction of text."""
ILLEGAL: Final = re.compile(
    rf"[\x00-\x20\x7f-\x9f<>\"{{}}|^`\\{_UNSEEN}\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef"
    "\ufff0-\uffff\U000e0000-\U0010ffff]|%(?![0-9A-Fa-f]{2})"
)
"""Characters that an IRI may not hold, and those of `_UNSEEN`."""
_OUTER: Final = re.compile(rf"^[\s{_UNSEEN}]++|(?<![\s{_UNSEEN}])[\s{_UNSEEN}]++$")
_AUTHORITY: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)")
_WRAPPED: Final = {"<": ">", '"': '"', "'": "'", "“": "”", "《": "》"}


class Address(NamedTuple):
    """An IRI, or '' where the text is none, and warnings."""

    iri: str
    problems: tuple[Problem, ...] = ()


def is_web(text: str) -> bool:
    """Tell whether a text begins like a web address, in any case."""
    return text[:8].lower().startswith(("http://", "https://"))


def looks_web(text: str) -> bool:
    """Tell whether a text is a web address, at least after repair (``https：//``)."""
    if text[:1].isascii() and text[:9].isascii():
        return is_web(text)
    return is_web(unicodedata.normalize("NFKC", _OUTER.sub("", text[:16])))


def is_plain(text: str) -> bool:
    """Tell whether a text is one web address that needs no repair."""
    return _PLAIN.fullmatch(text) is not None


def address(text: str) -> Address:
    """Return the IRI that a text is, after repair where needed."""
    if is_plain(text):
        return Address(text)
    value = mended(text)
    fault = fault_of(value)
    if value[1:2] == ":":
        fault = "a drive of a computer, not an address"
    if fault is not None:
        return Address("", ((ILLEGAL_IRI, {"value": text, "reason": fault}),))
    told: list[Problem] = []
    if value != text:
        told.append((MENDED_IRI, {"value": text, "mended": value}))
    if has_user(value):
        told.append((ADDRESS_WITH_USER, {"value": value}))
    return Address(value, tuple(told))


def addresses(value: object) -> list[str]:
    """Return the addresses in one cell, separated by 、 , ； blanks or line breaks.

    A separator counts only before the beginning of another address; otherwise it is a part of the
    address.
    """
    if not isinstance(value, str):
        return as_list(value)
    text = value.strip()
    if text[:1] in "[［" and text[-1:] in "]］":
        return as_list(text)
    return [part for part in map(as_text, _NEXT.split(text)) if part]


def all_of(texts: Iterable[str]) -> tuple[list[str], tuple[Problem, ...]]:
    """Return the IRIs of several texts, and all warnings."""
    found = [address(text) for text in texts]
    return [one.iri for one in found if one.iri], tuple(p for one in found for p in one.problems)


def fault_of(value: str) -> str | None:
    """Return why a text is no legal absolute IRI; None for a legal one."""
    if _SCHEME.match(value) is None:
        return "no scheme such as https://"
    try:
        ox.NamedNode(value)
    except ValueError as problem:
        return str(problem)
    return None


def has_user(value: str) -> bool:
    """Tell whether an address has a user before its host, which can be mistaken for the host."""
    found = _AUTHORITY.match(value)
    return found is not None and "@" in found[2]


def mended(text: str) -> str:
    """Return a text with every character that no IRI may hold percent-encoded."""
    value = _OUTER.sub("", text)
    if len(value) > 1 and _WRAPPED.get(value[0]) == value[-1]:
        value = _OUTER.sub("", value[1:-1])
    wide = _WIDE_START.match(value)
    if wide is not None and not wide.group().isascii():
        start = _narrow(wide.group())
        if _WEB.match(start) is not None:
            value = start + value[wide.end() :]
    if value[:4].lower() == "www.":
        value = f"http://{value}"
    elif value[:2] == "//":
        value = f"https:{value}"
    web = _WEB.match(value)
    if web is not None:
        value = value.replace("\\/", "/").replace("\\", "/").replace("&amp;", "&")
        value = _WEB.sub(lambda m: f"{m[1]}://", value, count=1)
    value = ILLEGAL.sub(_encoded, value)
    return _without_brackets(value)


def _without_brackets(value: str) -> str:
    found = _AUTHORITY.match(value)
    at = found.end() if found is not None else 0
    head, rest = value[:at], value[at:]
    rest = rest.replace("[", "%5B").replace("]", "%5D")
    start, mark, fragment = rest.partition("#")
    return head + start + mark + fragment.replace("#", "%23")


def _encoded(found: re.Match[str]) -> str:
    if found.group() == "%":
        return "%25"
    return quote(found.group(), safe="", errors="replace")


def _narrow(text: str) -> str:
    narrow = (chr(ord(c) - 0xFEE0) if "！" <= c <= "～" else c for c in text)
    return "".join(narrow).replace("。", ".")
