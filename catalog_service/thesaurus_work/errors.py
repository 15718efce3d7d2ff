"""Kinds of errors of the thesaurus at work."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

UNKNOWN_EDIT: Final = ErrorKind(
    "unknown-thesaurus-edit",
    "There is no edit {number} of the thesaurus. The page of the thesaurus lists them.",
    status=404,
)
EDIT_NOT_IN_STATE: Final = ErrorKind(
    "thesaurus-edit-not-in-state",
    "Edit {number} stands at “{state}”: this is done only at “{wanted}”. Load it again.",
    status=409,
)
NO_SUCH_ENTRY: Final = ErrorKind(
    "thesaurus-no-such-entry",
    "No entry of the thesaurus has the official term “{official}”. Choose one of {nearest}, or say "
    "that the entry is new.",
    status=422,
)
WORD_IS_THERE: Final = ErrorKind(
    "thesaurus-word-is-there",
    "“{word}” leads to “{official}” already, in the same way. Nothing is to be added.",
    status=409,
)
WORD_IS_NOT_THERE: Final = ErrorKind(
    "thesaurus-word-is-not-there",
    "“{word}” does not lead to “{official}”. Nothing is to be taken away.",
    status=409,
)
"""Also where a released edit added it: then that edit is undone."""
EDIT_WAITS: Final = ErrorKind(
    "thesaurus-edit-waits",
    "Edit {number} about “{word}” and “{official}” was proposed or released already. Refuse it or "
    "undo it before proposing another.",
    status=409,
)
