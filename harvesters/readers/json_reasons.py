"""Why a text is no JSON, in words that every language has; the parsers' own are English."""

from __future__ import annotations

from typing import Final

from ontology.errors import Phrase

_NO_NUMBERS: Final = Phrase("NaN and Infinity are no JSON; write null")
_KNOWN: Final = (
    ("expected a string key", Phrase("a name in double quotation marks is expected here")),
    ("property name", Phrase("a name in double quotation marks is expected here")),
    ("':'", Phrase("a colon is expected here")),
    ("',' or '}'", Phrase("a comma or a closing brace is expected here")),
    ("',' or ']'", Phrase("a comma or a closing bracket is expected here")),
    ("',' delimiter", Phrase("a comma or a closing bracket is expected here")),
    ("trailing comma", Phrase("a comma stands before a closing bracket")),
    ("content after", Phrase("something follows the end of the document")),
    ("Extra data", Phrase("something follows the end of the document")),
    ("end of data", Phrase("it ends too early")),
    ("zero-length", Phrase("it is empty")),
    ("Unterminated string", Phrase("a text is not closed")),
    ("escape", Phrase("an escape in a text is not valid")),
    ("control character", Phrase("a text holds a control character or a line end")),
    ("surrogate", Phrase("a text holds half of a character (a lone surrogate)")),
    ("leading zero", Phrase("a number begins with a zero")),
    ("number", Phrase("a number is not valid")),
    ("nested", Phrase("it is nested too deeply")),
    ("recursion", Phrase("it is nested too deeply")),
)
"""Parts of the messages of orjson and of Python's json, the more special ones first."""
_OTHER: Final = Phrase("what stands here breaks the rules of JSON")


def json_reason(told: str, *, has_no_numbers: bool = False) -> Phrase:
    """Return what a parser's message means; ``has_no_numbers``: the text has NaN or Infinity."""
    if has_no_numbers:
        return _NO_NUMBERS
    return next((phrase for part, phrase in _KNOWN if part in told), _OTHER)
