"""Plain values as platforms write them: lists inside strings, HTML, dates in ten spellings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from html import unescape
from html.parser import HTMLParser
from typing import Final

from ontology.dates import SHANGHAI, read_date

_BLANKS = re.compile(r"[ \t\r\f\v\u00a0\u3000\u200b\ufeff]+")
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
"""Characters that no XML may hold, nor any text needs."""
_UNTIDY = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff\u00a0\u3000\u200b\ufeff]|  |^ | $")
_BLANK_LINES = re.compile(r" ?\n[ \n]*")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<!--|&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]+);")
_DECLARATION = re.compile(r"<!(?:[A-Za-z]|\[)[^<>]*>")
_NO_TAG = re.compile(r"<(?!/?[A-Za-z][^<>]*>)")
_BLOCKS = frozenset({"p", "br", "div", "li", "tr", "ul", "ol", "table", "h1", "h2", "h3", "h4"})
_SILENT = frozenset({"script", "style", "head", "title", "template"})

_OPEN: Final = "（([【《“‘{<"
_CLOSE: Final = "）)]】》”’}>"


class _TextOfHtml(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def tidy(text: str) -> str:
    """Return ``text`` trimmed, runs of blanks as one, empty lines removed."""
    if _UNTIDY.search(text) is None:
        return text
    text = CONTROL.sub("", text.replace("\f", " ").replace("\v", " "))
    text = _BLANKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    if "\n" in text:
        text = _BLANK_LINES.sub("\n", text)
    return text.strip()


def plain_text(text: str) -> str:
    """Return the text of a description that may hold HTML or line feeds written as ``\\n``.

    ``R&D`` and ``a < b`` stay as they are: only well-formed tags and entities count as markup.
    """
    if "\\n" in text:
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n")
    if ("<" in text or "&" in text) and _MARKUP.search(text) is not None:
        if "<" in text:
            parser = _TextOfHtml()
            # A "<" that opens no tag is text; HTMLParser would swallow what follows it.
            parser.feed(_NO_TAG.sub("&lt;", _DECLARATION.sub("", _without_comments(text))))
            parser.close()
            text = "".join(parser.parts)
        else:
            text = unescape(text)
    return tidy(text)


def _without_comments(text: str) -> str:
    """Take comments out; one that never ends is text.

    `HTMLParser` would look for the end of each of them anew, to the end of the text, and fails at
    a ``<![`` that opens nothing.
    """
    kept: list[str] = []
    position = 0
    while (start := text.find("<!--", position)) >= 0:
        end = text.find("-->", start + 4)
        if end < 0:
            break
        kept.append(text[position:start])
        position = end + 3
    kept.append(text[position:])
    return "".join(kept)


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

    Reads what `ontology.dates` reads but a bare year or month, which a platform's code may be.
    Midnight is a date in disguise. 1899 and dates to come are kept: the rules judge them.
    """
    if isinstance(value, datetime | date):
        text = value.isoformat()
    elif isinstance(value, bool):
        return None
    elif isinstance(value, int | float):
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


# Longer ones are no count of anything, and Python makes no number of 4,300 digits.
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
