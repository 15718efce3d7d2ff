"""The errors of the thesaurus, each with the file and, where it is known, the line."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

THESAURUS_SYNTAX: Final = ErrorKind(
    "thesaurus-syntax",
    "This is not Turtle: {reason}. Mend the line; the last good thesaurus stays in use.",
)
THESAURUS_UNREADABLE: Final = ErrorKind(
    "thesaurus-unreadable",
    "The thesaurus file can't be read ({reason}). Check its permissions and that it is UTF-8; "
    "the last good thesaurus stays in use.",
)
THESAURUS_PROPERTY: Final = ErrorKind(
    "thesaurus-property",
    "The entry {entry} has {property}, which entries do not have. Mend it; docs/thesaurus.md "
    "lists the properties.",
)
THESAURUS_VALUE: Final = ErrorKind(
    "thesaurus-value",
    "The entry {entry} has {value} for {property}, where {expected} is wanted. Mend it.",
)
THESAURUS_WORD: Final = ErrorKind(
    "thesaurus-word",
    "{word!r} of the entry {entry} is too short or has no letters: two characters are the least. "
    "Take it away, or write it out.",
)
THESAURUS_NO_TERM: Final = ErrorKind(
    "thesaurus-no-term",
    'The entry {entry} has no official term. Give it a skos:prefLabel "…"@zh; if you meant to '
    "add to an entry, check how it is written.",
)
THESAURUS_NO_SCHEME: Final = ErrorKind(
    "thesaurus-no-scheme",
    "The entry {entry} stands in no scheme. Give it skos:inScheme, or declare one "
    "skos:ConceptScheme in the file.",
)
