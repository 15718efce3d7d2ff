"""The filters of ``fq`` and ``q``: the part of Solr's syntax that CKAN's clients use.

``field:value``, ``field:"a value"``, ``field:(one OR another)``, ``field:[from TO to]``, with
``+`` or ``-`` before it; filters beside each other must all hold. What cannot be kept is refused,
never left out: fewer filters would find more than was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from catalog_service.ckan_api.errors import FILTER_INVALID
from ontology.errors import AtlasError
from search.facets import FACETS

BY_FIELD: Final = {
    "organization": "publisher",
    "owner_org": "publisher",
    "groups": "theme",
    "res_format": "format",
    **{name: name for name in FACETS},
}
"""The facet of each field that holds names; our own facets go by their own names, too."""

DATES: Final = {"metadata_modified": "modified", "metadata_created": "issued"}
IDENTITIES: Final = ("id", "name")
CONSTANT: Final = {
    "capacity": "public",
    "dataset_type": "dataset",
    "private": "false",
    "state": "active",
    "type": "dataset",
}
"""Fields of which everything here has the same value."""
FIELDS: Final = (*BY_FIELD, *DATES, *IDENTITIES, *CONSTANT)

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<operator>AND|OR|NOT|&&|\|\|)(?=\s|$)
    | (?P<sign>[+\-!])?
      (?:(?P<field>[A-Za-z_*][\w.]*):)?
      (?: "(?P<quoted>(?:\\.|[^"\\])*)"
        | \[(?P<low>[^\s\]]+)\s+TO\s+(?P<high>[^\s\]]+)\]
        | \((?P<several>[^()]*)\)
        | (?P<word>[^\s()\[\]"]+) )
    )""",
    re.VERBOSE,
)
_FILTER: Final = re.compile(rf"(?:^|[\s(+!-])(?:{'|'.join(FIELDS)}):\S")
_ONE: Final = re.compile(r'\s*(?:"((?:\\.|[^"\\])*)"|([^\s"]+)|$)')
_ESCAPED: Final = re.compile(r"\\(.)")
_SHOWN: Final = 80


@dataclass(frozen=True, slots=True)
class Clause:
    """One filter: any of some values of a field, or a range of it; or words of a text."""

    field: str
    """Empty for words."""
    values: tuple[str, ...] = ()
    bounds: tuple[str, str] | None = None
    negative: bool = False
    or_before: bool = False
    """Whether ``OR`` stood before it."""


def read_filters(text: str) -> list[Clause]:
    """Return the filters of an ``fq``; raises ``ckan-filter-invalid``."""
    found = [one for one in _joined(_clauses(text), text) if one.field != "*"]
    if any(not one.field or one.field not in FIELDS for one in found):
        raise _invalid(text)
    return found


def read_words(text: str) -> tuple[str, list[Clause]]:
    """Return the words of a ``q``, and the filters in it; words are words, whatever is in them."""
    if text.strip() == "*:*":
        return "", []
    try:
        clauses = list(_clauses(text))
    except AtlasError:
        if _FILTER.search(text):
            raise
        return text, []
    if not any(one.field in FIELDS for one in clauses):
        return text, []
    filters = [one for one in clauses if one.field in FIELDS]
    rest = [one for one in clauses if one.field not in FIELDS and one.field != "*"]
    if any(one.field for one in rest):
        raise _invalid(text)
    return " ".join(value for one in rest for value in one.values), _joined(filters, text)


def _clauses(text: str) -> Iterator[Clause]:
    position, negative, or_before = 0, False, False
    text = text.rstrip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise _invalid(text)
        position = token.end()
        operator = token["operator"]
        if operator is not None:
            negative = negative or operator == "NOT"
            or_before = or_before or operator in ("OR", "||")
            continue
        low, high = token["low"], token["high"]
        yield Clause(
            token["field"] or "",
            () if low is not None else _values(token, text),
            None if low is None else (low, high),
            negative or token["sign"] in ("-", "!"),
            or_before,
        )
        negative = or_before = False


def _values(token: re.Match[str], text: str) -> tuple[str, ...]:
    if token["quoted"] is not None:
        return (_ESCAPED.sub(r"\1", token["quoted"]),)
    if token["several"] is None:
        word = _ESCAPED.sub(r"\1", token["word"])
        if token["field"] in FIELDS and "*" in word:
            raise _invalid(text)
        return (word,)
    values: list[str] = []
    separated = True
    inside, position = token["several"], 0
    while position < len(inside):
        one = _ONE.match(inside, position)
        if one is None:
            # A quotation mark without its other: looked for once, not from each that follows.
            raise _invalid(text)
        position = one.end()
        quoted, word = one.groups("")
        if not one[0].strip():
            break
        if word == "OR":
            separated = True
        elif word in ("AND", "NOT") or word.startswith(("+", "-")) or not separated:
            raise _invalid(text)
        else:
            values.append(_ESCAPED.sub(r"\1", quoted or word))
            separated = False
    return tuple(values)


def _joined(clauses: Iterator[Clause] | list[Clause], text: str) -> list[Clause]:
    """Join what stands around ``OR``, which can be kept for one field only."""
    found: list[Clause] = []
    for one in clauses:
        before = found[-1] if found else None
        if not one.or_before or before is None:
            found.append(one)
            continue
        same = before.field == one.field and not (before.negative or one.negative)
        if not same or before.bounds or one.bounds or not one.field:
            raise _invalid(text)
        found[-1] = Clause(one.field, (*before.values, *one.values))
    return found


def _invalid(text: str) -> AtlasError:
    return AtlasError(FILTER_INVALID, value=text[:_SHOWN], known=", ".join(FIELDS))
