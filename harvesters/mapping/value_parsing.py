"""Parsing values as platforms write them: texts, lists inside strings, dates, numbers, booleans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from ontology.dates import SHANGHAI, read_date
from ontology.texts import tidy

_LONGEST: Final = 100
"""Maximum number of digits of a whole number that is written without an exponent."""
_OPEN: Final = "（([【《“‘{<"
_CLOSE: Final = "）)]】》”’}>"


def as_text(value: object) -> str:
    """Return a scalar as trimmed text; lists are joined by 、; None and mappings give ''."""
    if isinstance(value, str):
        return tidy(value)
    if value is None or isinstance(value, dict):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "、".join(filter(None, map(as_text, value)))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, Decimal):
        # Not more digits than were given: 1E+400 keeps its exponent.
        whole = value == value.to_integral_value() and abs(value.adjusted()) < _LONGEST
        return f"{value.to_integral_value():f}" if whole else str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


def split_outside_brackets(text: str, separators: str) -> list[str]:
    """Split at any of ``separators`` that stands outside brackets and quotation marks."""
    parts: list[str] = []
    depth = 0
    start = 0
    for position, char in enumerate(text):
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and char in separators:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return [part for part in map(tidy, parts) if part]


def as_list(value: object, separators: str = ",，、;；|\n") -> list[str]:
    """Return the values of a list, also where it was serialised: ``"['xls','api']"``, ``[a,b]``.

    Order is kept, repetition and empty values are dropped.
    """
    return list(dict.fromkeys(_items(value, separators)))


def _items(value: object, separators: str) -> Iterator[str]:
    if isinstance(value, (list, tuple)):
        for item in value:
            if isinstance(item, str):
                yield from filter(None, [tidy(item)])
            else:
                yield from filter(None, [as_text(item)])
        return
    text = as_text(value)
    if len(text) >= 2 and text[0] in "[［" and text[-1] in "]］":
        for part in re.split(r"[,，、]", text[1:-1]):
            bare = tidy(part.strip(" '\"‘’“”"))
            if bare:
                yield bare
        return
    if text:
        yield from split_outside_brackets(text, separators)


def parse_date(value: object) -> tuple[str, str] | None:
    """Return ``(lexical form, "date" | "dateTime")`` of XML Schema, or None.

    Reads what `ontology.dates` reads, except a bare year or month, which may be a code. A time of
    midnight is read as a date. 1899 and future dates are kept: the rules judge them.
    """
    if isinstance(value, datetime | date):
        text = value.isoformat()
    elif isinstance(value, bool):
        return None
    elif isinstance(value, list | tuple):
        # A Java LocalDate or LocalDateTime: [2026,8,1] or [2026,8,1,10,20,30].
        if not 3 <= len(value) <= 7 or not all(type(part) is int for part in value):
            return None
        try:
            text = datetime(*value[:6]).isoformat()  # noqa: DTZ001
        except (ValueError, OverflowError):
            return None
    elif isinstance(value, int | float | Decimal):
        text = str(int(value)) if float(value).is_integer() else ""
    else:
        text = as_text(value)
    found = read_date(text)
    if found is None or found.precision in ("year", "month"):
        return None
    local = found.start.astimezone(SHANGHAI)
    if local.hour == local.minute == local.second == 0:
        return found.shown, "date"
    return found.start.replace(microsecond=0).isoformat(), "dateTime"


# A longer number is no count, and `int` refuses 4,300 digits.
_NUMBER = re.compile(r"([-+]?\d{1,18})(?:\.0+)?\s*[条个行次]?")
_DECIMAL = re.compile(r"[-+]?\d+(?:\.\d+)?")


def parse_count(value: object) -> int | None:
    """Return a whole number ≥ 0 from ``15``, ``"1,234"`` or ``"15条"``, or None."""
    found = _NUMBER.fullmatch(as_text(value).replace(",", "").replace("，", ""))
    return int(found.group(1)) if found is not None and int(found.group(1)) >= 0 else None


def parse_decimal(value: object) -> str | None:
    """Return the lexical form of a decimal from ``4.5`` or ``"4.5分"``, or None."""
    text = as_text(value).removesuffix("分")
    return text if _DECIMAL.fullmatch(text) else None


_TRUE = frozenset({"是", "true", "1", "yes", "y", "高质量", "高质量数据集"})
_FALSE = frozenset({"否", "false", "0", "no", "n", "非高质量"})


def parse_boolean(value: object) -> bool | None:
    """Return a truth value from 是/否, true/false, 1/0, or None."""
    text = as_text(value).lower()
    return True if text in _TRUE else False if text in _FALSE else None
