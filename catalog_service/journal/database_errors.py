"""Typed errors for what a database raises: full, out of reach, gone, damaged."""

from __future__ import annotations

import sqlite3
from typing import Final

import zstandard
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from catalog_service.errors import (
    JOURNAL_DAMAGED,
    JOURNAL_UNREACHABLE,
    JOURNAL_VANISHED,
    STORAGE_FAILED,
)
from ontology.disk_errors import refuses
from ontology.errors import AtlasError

_DAMAGE: Final = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_SHORT: Final = {sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
_PRIMARY: Final = 0xFF
_SAID: Final = ("no such table", "no such column", "could not decode", "malformed")
_UNDEFINED_TABLE: Final = "42P01"

UNREADABLE: Final = (
    zstandard.ZstdError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    MemoryError,
)
"""What decoding a value raises where its bytes are not those that were written."""


def named_error(shown: str, error: DBAPIError) -> Exception:
    """Return the typed error for what a database raised; the error itself where it is a bug."""
    cause = error.orig if error.orig is not None else error
    reason = str(cause)
    if isinstance(cause, sqlite3.Error):
        if _is_damage(cause):
            what = "the database file"
            return AtlasError(JOURNAL_DAMAGED, url=shown, what=what, reason=reason)
        if refuses(cause):
            return AtlasError(STORAGE_FAILED, path=shown, reason=reason)
    elif getattr(cause, "sqlstate", None) == _UNDEFINED_TABLE:
        return AtlasError(JOURNAL_VANISHED, url=shown, path=shown)
    if isinstance(error, IntegrityError):
        return error
    if isinstance(error, OperationalError) or type(error) is DBAPIError:
        return AtlasError(JOURNAL_UNREACHABLE, url=shown, reason=reason)
    return error


def _is_damage(error: sqlite3.Error) -> bool:
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None and (code & _PRIMARY in _DAMAGE or code in _SHORT):
        return True
    # Errors found by Python's driver itself (undecodable text) have no code.
    return any(words in str(error).lower() for words in _SAID)


def damaged(shown: str, what: str, error: BaseException) -> AtlasError:
    """Return ``journal-damaged`` for what the values of a row raise."""
    reason = str(error) or type(error).__name__
    return AtlasError(JOURNAL_DAMAGED, url=shown, what=what, reason=reason)
