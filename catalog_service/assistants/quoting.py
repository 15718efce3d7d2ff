"""Texts and names of records as answers quote them: one clean line, cut where it is long."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from catalog_service.answers import Named, Shown
from ontology.languages import Texts, pick
from ontology.texts import INVISIBLE
from ontology.truncation import MAX_NAME, clip
from translations import Lang

MAX_TEXT: Final = 1_500
"""Characters of a description; the dataset's page has all of it."""

_INVISIBLE: Final = re.compile(f"[{INVISIBLE}]")


class Thing(Shown):
    """Something with a name, and its IRI where it has one."""

    name: str
    iri: str | None = None


def quote(text: str, most: int = MAX_NAME) -> str:
    """Return a record's text without control characters and what cannot be seen, on one line.

    Invisible characters could hide from people what an assistant reads.
    """
    shown = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in _INVISIBLE.sub("", text)
    )
    return clip(" ".join(shown.split()), most)


def visible(text: str) -> str:
    """Return a text of several lines without what cannot be seen."""
    return "".join(
        char
        for char in _INVISIBLE.sub("", text)
        if char in "\n\t" or unicodedata.category(char) != "Cc"
    )


def quote_texts(texts: Texts, lang: Lang, most: int = MAX_NAME) -> str | None:
    """Return a text in the language asked for, or in the one that there is; None without any."""
    return quote(pick(texts, lang), most) or None


def thing(named: Named | None, lang: Lang) -> Thing | None:
    """Return a concept, an organisation or a place by its name in a language."""
    if named is None:
        return None
    name = quote(pick(named.label, lang) or named.notation or named.iri or "")
    return Thing(name=name, iri=named.iri) if name else None


def name_of(named: Named | None, lang: Lang) -> str | None:
    """Return the name alone."""
    found = thing(named, lang)
    return None if found is None else found.name


def things(named: Iterable[Named], lang: Lang) -> list[Thing]:
    """Return several."""
    return [found for one in named if (found := thing(one, lang)) is not None]
