"""Entries, their words, and what a look-up finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from ontology.terms import Namespace

THESAURUS: Final = Namespace("https://w3id.org/shdata/thesaurus/")
"""Entries (by their official term) and the schemes that hold them."""

TH: Final = Namespace("https://w3id.org/shdata/def/thesaurus#")
"""Properties of entries; defined in ``search/thesaurus/thesaurus.ttl``."""

Kind = Literal["synonym", "abbreviation", "english", "narrower", "broader", "field", "related"]
KINDS: Final[tuple[Kind, ...]] = (
    "synonym",
    "abbreviation",
    "english",
    "narrower",
    "broader",
    "field",
    "related",
)
WEIGHTS: Final[Mapping[Kind, float]] = MappingProxyType(
    {
        "synonym": 0.9,
        "abbreviation": 0.9,
        "english": 0.9,
        "field": 0.8,
        "narrower": 0.6,
        "broader": 0.5,
        "related": 0.35,
    }
)
"""How far an expansion of each kind may be trusted, where the entry does not say."""

OFFICIAL_WEIGHT: Final = 0.8
"""Of one official term for another of the same entry."""

PLAIN: Final = 0.85
"""Of a plain English noun for its Chinese word."""
PLAIN_BESIDE: Final = 0.75
"""The same, where an entry has the noun, too, and says what the departments call it."""
PLAIN_WORD: Final = "word:"
"""Begins what stands for the concept of such a word, which is of no entry."""


@dataclass(frozen=True, slots=True)
class Word:
    """An everyday word as its entry gives it: ``lang`` is ``zh`` or ``en``, ``weight`` 0–1.

    Kinds: the word means the same (``synonym``, ``abbreviation``, ``english``), something narrower
    (面馆 → 餐饮服务) or broader than the official term, names a data item (``field``), or is merely
    near (``related``).
    """

    text: str
    lang: str
    kind: Kind
    weight: float


@dataclass(frozen=True, slots=True)
class Entry:
    """One concept: its official terms, the preferred one first, and the words that lead to it.

    ``iri`` is the concept, ``scheme`` the scheme that it stands in, ``subject`` what that scheme is
    about (a domain or national theme; empty where the scheme does not say), ``english`` its name in
    English ("" where it has none), ``file`` the last file that says something of it.
    """

    iri: str
    scheme: str
    subject: str
    official: tuple[str, ...]
    english: str
    words: tuple[Word, ...]
    file: str


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a matched word leads to: any of ``terms``, trusted as far as ``weight`` says."""

    terms: tuple[str, ...]
    weight: float
    kind: Kind
    concept: str


@dataclass(frozen=True, slots=True)
class Match:
    """A word of the thesaurus in a text: ``text[start:end]`` of its normal form.

    ``official``: the word is an official term itself; its expansions may then be empty.
    """

    start: int
    end: int
    text: str
    official: bool
    expansions: tuple[Expansion, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """One everyday word and the entry that it leads to."""

    word: Word
    entry: Entry
