"""The privacy rule for what a platform answered, before anything is known of its fields.

Here a value that is kept by mistake is worse than one that is lost: short values are cleaned as if
they were contacts, so that a name that stands alone goes as well.
"""

from __future__ import annotations

import re
import sys
from typing import Any, Final

import orjson

from harvesters.privacy.personal_data import clean_contact, clean_text, is_personal_identifier
from harvesters.privacy.web_addresses import clean_web_address

MOST_BYTES: Final = 64 * 1024
"""Of one answer; a longer one is cut."""

_SHORT: Final = 40
"""Characters up to which a value may be a contact and nothing else."""
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S+")
_BETWEEN: Final = re.compile(r"([<>\"'\t\r\n{}\[\]|\\]+)")
"""What separates values in markup, in Turtle and in JSON that is broken."""
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""Terminals obey some of these."""
_ESCAPED: Final = re.compile(r"\\u([0-9A-Fa-f]{4})|&#x([0-9A-Fa-f]{1,6});|&#([0-9]{1,7});")


def cleaned_answer(content: bytes) -> bytes:
    """Return an answer in UTF-8 without what identifies a person, of `MOST_BYTES` at the most.

    JSON stays JSON where it is not cut; anything else is cleaned value by value as text.
    """
    if len(content) <= MOST_BYTES:
        try:
            whole = orjson.dumps(_cleaned_json(orjson.loads(content)))
        except (ValueError, TypeError, RecursionError):
            pass  # not JSON, or nested beyond reason
        else:
            if len(whole) <= MOST_BYTES:
                return whole
    parts = _BETWEEN.split(_ESCAPED.sub(_unescaped, _decoded(content[:MOST_BYTES])))
    if len(content) > MOST_BYTES:
        parts.pop()  # its end is missing, and with it what it would be known by
    # Every second part is a separator.
    text = "".join(part if at % 2 else _cleaned(part) for at, part in enumerate(parts))
    shown = _CONTROL.sub("", text).encode("utf-8", "replace")
    return shown[:MOST_BYTES].decode("utf-8", "ignore").encode()


def _cleaned_json(value: Any) -> Any:
    match value:
        case str():
            return _cleaned(value)
        case bool():
            return value
        case int() | float():
            return None if is_personal_identifier(str(value)) else value
        case list():
            return [_cleaned_json(one) for one in value]
        case dict():
            return {_cleaned(key): _cleaned_json(one) for key, one in value.items()}
    return value


def _cleaned(text: str) -> str:
    if _ADDRESS.fullmatch(text) is not None:
        return clean_web_address(text).text
    return (clean_contact if len(text) <= _SHORT else clean_text)(text).text


def _decoded(content: bytes) -> str:
    """Decode what may be cut; a text in GB 18030 holds names, too."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start > len(content) - 4:
            return content[: error.start].decode("utf-8-sig")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    return content.decode("gb18030", "replace")


def _unescaped(found: re.Match[str]) -> str:
    json, hexadecimal, decimal = found.groups()
    number = int(decimal) if decimal is not None else int(json or hexadecimal, 16)
    # Letters and digits alone: what separates values stays as it is.
    is_plain = number <= sys.maxunicode and chr(number).isalnum()
    return chr(number) if is_plain else found.group()
