"""Cleaning texts: removing HTML markup, superfluous blanks and invisible characters.

Descriptions in catalogues may be HTML, escaped once or twice (`plain_text`), and titles may hold
characters of zero width between their letters (`without_invisible`).
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from typing import Final

INVISIBLE: Final = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Invisible characters, as the content of a character class: soft hyphen, joiners, zero width,
marks of direction, variation selectors, fillers, tags (Unicode ``Default_Ignorable_Code_Point``),
and the marks of interlinear notes."""

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]+")

USELESS: Final = "\u00ad\u180e\u200b\u2060\ufeff"
"""Those of them that do not change how a text is displayed (joiners and variation selectors do)."""

_ELEMENTS: Final = (
    "a|abbr|acronym|address|article|aside|b|big|blockquote|body|br|button|caption|center|cite|code|"
    "col|colgroup|dd|del|details|dfn|div|dl|dt|em|embed|figcaption|figure|font|footer|form|h[1-6]|"
    "head|header|hr|html|i|iframe|img|input|ins|kbd|label|legend|li|link|main|mark|meta|nav|"
    "noscript|object|ol|option|p|param|pre|q|s|samp|script|section|select|small|source|span|strike|"
    "strong|style|sub|summary|sup|svg|table|tbody|td|template|textarea|tfoot|th|thead|time|title|"
    "tr|tt|u|ul|var|video|wbr|[ovwmx]:[a-z0-9]+|st1:[a-z0-9]+"
)
_FLAGS: Final = (
    "nowrap|hidden|disabled|checked|selected|noshade|compact|controls|autoplay|loop|muted|readonly|"
    "required|multiple|async|defer|ismap|open|reversed|novalidate|allowfullscreen|contenteditable"
)
"""Attributes without a value; any other word in angle brackets makes no tag (``a <b and c> d``)."""

_TAG: Final = (
    rf"<(?:/\s*(?:{_ELEMENTS})\s*>|(?:{_ELEMENTS})"
    r"(?:\s+(?:[a-z_:][a-z0-9_:.-]*\s*=\s*(?:\"[^\"<>]*\"|'[^'<>]*'|[^\s\"'<>=]+)|"
    rf"(?:{_FLAGS})(?=[\s/>])))*\s*/?>)"
)
_MARKUP: Final = re.compile(
    rf"{_TAG}|<!--|<!doctype|&(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]+);", re.IGNORECASE
)
_ANY_TAG: Final = re.compile(_TAG, re.IGNORECASE)
_DECLARATION: Final = re.compile(r"<!(?:[A-Za-z]|\[)[^<>]*>")
_NO_TAG: Final = re.compile(rf"<(?!{_TAG[1:]})", re.IGNORECASE)
_ESCAPED: Final = re.compile(
    rf"&lt;(?:/\s*)?(?:{_ELEMENTS})(?:\s[^<>]{{0,400}}?)?/?&gt;"
    r"|&amp;(?:#\d+|#x[0-9a-f]+|[a-z][a-z0-9]+);",
    re.IGNORECASE,
)
_CLOSED: Final = re.compile(r"&lt;/\s*[a-z][a-z0-9:]*\s*&gt;|&lt;[bh]r\s*/?&gt;", re.IGNORECASE)
_BLOCKS: Final = frozenset(
    {"p", "br", "div", "li", "tr", "ul", "ol", "dl", "dt", "dd", "table"}
    | {"section", "article", "blockquote", "pre", "hr"}
) | {f"h{level}" for level in range(1, 7)}
_CELLS: Final = frozenset({"td", "th"})
_CDATA: Final = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
"""A CDATA section of XML that was copied as text."""
_SILENT: Final = frozenset({"script", "style", "head", "title", "template"})

_BLANKS: Final = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")
BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Characters that change the direction of text, so that it can be misread."""

CONTROL: Final = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff{BIDI}]")
"""Characters that XML forbids or that no text needs."""
_BIDI: Final = re.compile(f"[{BIDI}]")
_UNTIDY: Final = re.compile(rf"[\x00-\x1f\x7f\ufffe\uffff\u00a0\u3000{USELESS}{BIDI}]|  |^ | $")
_USELESS: Final = re.compile(f"[{USELESS}]+")
_BLANK_LINES: Final = re.compile(r" ?\n[ \n]*")


def without_invisible(text: str) -> str:
    """Return a text without the characters that are not seen, for comparing and finding."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def without_bidi(text: str) -> str:
    """Return a text without the characters that change the direction of the text after them.

    Readers take them out of what comes in; records of earlier versions may hold some.
    """
    return text if text.isascii() else _BIDI.sub("", text)


def tidy(text: str) -> str:
    """Return ``text`` trimmed, runs of blanks as one, empty lines and useless marks removed."""
    if _UNTIDY.search(text) is None:
        return text
    text = CONTROL.sub("", text.replace("\f", " ").replace("\v", " "))
    text = _USELESS.sub("", text)
    text = _BLANKS.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    if "\n" in text:
        text = _BLANK_LINES.sub("\n", text)
    return text.strip()


def plain_text(text: str) -> str:
    """Return the text of a description that may hold HTML or line feeds written as ``\\n``.

    ``R&D``, ``a < b`` and ``List<name>`` stay as they are: only elements of HTML that are written
    as such, and entities, are markup. What was escaped twice is unescaped twice.
    """
    if "\\n" in text:
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n")
    if "]]>" in text:
        text = _CDATA.sub(r"\1", text)
    if ("<" in text or "&" in text) and _MARKUP.search(text) is not None:
        text = _without_markup(_once_escaped(text))
    return tidy(text)


def _once_escaped(text: str) -> str:
    """Unescape HTML that was escaped as a whole; return any other text unchanged."""
    if _ESCAPED.search(text) is None or _ANY_TAG.search(text) is not None:
        return _less_escaped(text)
    return unescape(_less_escaped(text)) if _CLOSED.search(text) else _less_escaped(text)


def _less_escaped(text: str) -> str:
    # "&amp;nbsp;" was escaped once too often; "&amp;" alone was not.
    return re.sub(
        r"&amp;(?=(?:#\d+|#x[0-9a-f]+|nbsp|amp|lt|gt|quot|apos|[lr][ds]quo|middot|mdash|ndash"
        r"|hellip|bull);)",
        "&",
        text,
        flags=re.IGNORECASE,
    )


def _without_markup(text: str) -> str:
    if "<" not in text:
        return unescape(text)
    parser = _TextOfHtml()
    # A "<" that opens no tag is text; HTMLParser would swallow what follows it.
    parser.feed(_NO_TAG.sub("&lt;", _DECLARATION.sub("", _without_comments(text))))
    parser.close()
    return "".join(parser.parts)


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
        elif tag in _CELLS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


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
