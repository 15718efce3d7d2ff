"""Error kinds of the service's rooms, and the table that turns kinds into HTTP statuses."""

from __future__ import annotations

import sqlite3
from typing import Final

from ontology.errors import AtlasError, ErrorKind

JOURNAL_MISSING: Final = ErrorKind(
    "journal-missing",
    "There is no catalogue here (no journal at {url}). `atlas import FILE` or `atlas serve` makes "
    "one; if you have one elsewhere, check ATLAS_HOME and ATLAS_DATABASE_URL; for the catalogue of "
    "`make demo` set ATLAS_HOME=var/demo.",
    status=503,
)
JOURNAL_UNREACHABLE: Final = ErrorKind(
    "journal-unreachable",
    "The journal at {url} cannot be opened: {reason}. Check the address, the permissions and that "
    "the database is running.",
    status=503,
)
JOURNAL_UNSUPPORTED: Final = ErrorKind(
    "journal-unsupported",
    "The journal does not work on {url}. Use an SQLite file (sqlite:///path) or PostgreSQL.",
    status=500,
    lasting=True,
)
JOURNAL_TOO_NEW: Final = ErrorKind(
    "journal-too-new",
    "The journal has schema version {found}, which this program (at {known}) does not know. "
    "Upgrade the program, or restore a backup.",
    status=503,
    lasting=True,
)
JOURNAL_VANISHED: Final = ErrorKind(
    "journal-vanished",
    "The file {path} of the journal {url} is gone: deleted, moved away, emptied, or its disk was "
    "unmounted. No write is taken until it is back; what is public can still be read. Do not stop "
    "the service, which still has the old file open: put the file back or restore a backup, and "
    "it goes on by itself (docs/journal.md).",
    status=503,
)
JOURNAL_REPLACED: Final = ErrorKind(
    "journal-replaced",
    "Another database stands in the place of the journal {url}: {reason}. Nothing of this request "
    "was written: send it again. If it stays so, put the right journal back and restart the "
    "service.",
    status=503,
)
JOURNAL_DAMAGED: Final = ErrorKind(
    "journal-damaged",
    "The journal {url} is damaged: {what} cannot be read ({reason}). Everything else of it is "
    "safe, and graph and index still hold the public copy: do not rebuild them. Copy all files of "
    "the journal away, see with `atlas doctor --deep` what is affected, and restore a backup "
    "(docs/journal.md).",
    status=503,
    lasting=True,
)
JOURNAL_LOST: Final = ErrorKind(
    "journal-lost",
    "The journal {url} is missing or empty, though graph and index come from another one and "
    "stand at its change {shown}: the journal is lost. They are the last public copy, so they are "
    "not emptied, and nothing is written. Restore the journal or a backup of it, and check "
    "ATLAS_HOME and ATLAS_DATABASE_URL; if you do mean to begin with an empty catalogue, run "
    "`atlas index rebuild --new-journal`.",
    status=503,
    lasting=True,
)
BASE_IRI_CHANGED: Final = ErrorKind(
    "base-iri-changed",
    "The records of this catalogue were minted under {stored}, but the settings say {given}. "
    "Set ATLAS_BASE_IRI back to {stored}, or use a new data folder.",
    status=503,
    lasting=True,
)
UNKNOWN_SOURCE: Final = ErrorKind(
    "unknown-source",
    "There is no source {source!r}. See `atlas source list` for those that are registered.",
    status=404,
)
SOURCE_PAUSED: Final = ErrorKind(
    "source-paused",
    "Source {source!r} is paused and takes no records. Try again later, or ask the operator to "
    "resume it.",
    status=409,
)
SOURCE_REMOVED: Final = ErrorKind(
    "source-removed",
    "Source {source!r} was removed and takes no records; its identifier stays its own, for the "
    "addresses of its records begin with it. If the same platform is to be taken in again, "
    "`atlas source add {source} --restore` takes it back; for any other choose another identifier.",
    status=409,
)
UNKNOWN_RUN: Final = ErrorKind(
    "unknown-run",
    "There is no run {run!r}. `atlas source show` lists the runs of a source.",
    status=404,
)
UNKNOWN_RECORD: Final = ErrorKind(
    "unknown-record",
    "Source {source!r} has no record {remote_id!r}. Check the identifier.",
    status=404,
)
ILLEGAL_SOURCE_ID: Final = ErrorKind(
    "illegal-source-id",
    "{source!r} cannot identify a source. Use lower-case letters, digits, hyphens or underscores, "
    "63 characters at most, beginning with a letter or digit.",
    status=400,
)
ILLEGAL_REMOTE_ID: Final = ErrorKind(
    "illegal-remote-id",
    "The record's identifier cannot be used: {reason}. Give 1 to {limit} characters without "
    "control characters.",
    status=400,
)
IDENTITY_MISMATCH: Final = ErrorKind(
    "identity-mismatch",
    "The record calls itself {found}, but its source and identifier make it {expected}. Mend the "
    "reader, or ATLAS_BASE_IRI.",
    status=422,
)
PRECONDITION_FAILED: Final = ErrorKind(
    "precondition-failed",
    "Record {remote_id!r} does not meet what the request demands ({demanded}); its current version "
    "is: {current}. Read it again and submit anew.",
    status=412,
)
NOTHING_WAITS: Final = ErrorKind(
    "nothing-waits",
    "Record {remote_id!r} has no version waiting to be released. See `atlas history`.",
    status=409,
)
INTERNAL: Final = ErrorKind(
    "internal",
    "An internal error, number {incident}, occurred with this item. The others are not affected; "
    "give the number to the operator.",
    status=500,
)
SECRET_FILE_NEEDED: Final = ErrorKind(
    "secret-file-needed",
    "Credentials are kept encrypted, and there is no key for it. Set ATLAS_SECRET_FILE to a file "
    "outside of the data folder, and make it with `atlas secret create`.",
    status=503,
)
SECRET_FILE_EXISTS: Final = ErrorKind(
    "secret-file-exists",
    "The file of keys {path} is there already and was left as it is. `atlas secret rotate` adds a "
    "new key to it.",
    status=409,
)
SECRET_FILE_UNUSABLE: Final = ErrorKind(
    "secret-file-unusable",
    "The file of keys {path} (ATLAS_SECRET_FILE) cannot be used: {reason}.",
    status=503,
)
SECRET_KEY_MISSING: Final = ErrorKind(
    "secret-key-missing",
    "The secret of {context} was encrypted with the key {key}, which ATLAS_SECRET_FILE does not "
    "hold. Put the file back that belongs to this journal, or give the secret anew.",
    status=503,
)
SECRET_DAMAGED: Final = ErrorKind(
    "secret-damaged",
    "The secret of {context} does not decrypt: it was changed in the journal, or belongs "
    "elsewhere. Give it anew.",
    status=503,
)
UNKNOWN_TOKEN: Final = ErrorKind(
    "unknown-token",
    "There is no token {token!r}. See `atlas token list`.",
    status=404,
)
ILLEGAL_SCOPE: Final = ErrorKind(
    "illegal-scope",
    "{scope!r} is not a scope. Use admin, cases, query, write, write:SOURCE, steward or "
    "steward:SOURCE.",
    status=400,
)
ILLEGAL_TOKEN_NAME: Final = ErrorKind(
    "illegal-token-name",
    "{name} cannot name a token. Use 1 to {limit} characters without control characters.",
    status=400,
)
NOT_AUTHENTICATED: Final = ErrorKind(
    "not-authenticated",
    "The token is missing, unknown, expired or revoked. Get a new one with `atlas token create` "
    "and send it as Authorization: Bearer.",
    status=401,
)
NOT_ALLOWED: Final = ErrorKind(
    "not-allowed",
    "The token {token!r} lacks the scope {scope!r}. Ask the operator for it.",
    status=403,
)

SOURCE_NEEDED: Final = ErrorKind(
    "source-needed",
    "The file name {file!r} cannot become a source's identifier. Give one, such as "
    "--source pudong-2026.",
    status=400,
)
SETTINGS_INVALID: Final = ErrorKind(
    "settings-invalid",
    "The settings are wrong: {detail}. Check the ATLAS_… variables and atlas.toml "
    "(docs/settings.md).",
    status=500,
    lasting=True,
)
UNKNOWN_SETTING: Final = ErrorKind(
    "unknown-setting",
    "There is no setting {name}, and it has no effect. The nearest is {nearest}: correct it, or "
    "take it out. All settings are in docs/settings.md.",
    status=500,
    lasting=True,
)
ARGUMENT_NOT_TEXT: Final = ErrorKind(
    "argument-not-text",
    "The argument {argument} is not UTF-8 text. Give it in UTF-8; rename a file that is called so.",
    status=400,
)
STORAGE_FAILED: Final = ErrorKind(
    "storage-failed",
    "{path} cannot be read or written: {reason}. Whatever was acknowledged is safe in the journal; "
    "delete nothing. Check the space on the disk, the permissions and ATLAS_HOME, then run it "
    "again.",
    status=503,
)
RECORD_NOT_FOUND: Final = ErrorKind(
    "record-not-found",
    "The catalogue has no record {iri}. Look for it with `atlas search`, or check the IRI.",
    status=404,
)
TIME_INVALID: Final = ErrorKind(
    "time-invalid",
    "{value!r} is not a time. Use ISO 8601, such as 2026-05-31 or 2026-05-31T12:00:00+08:00.",
    status=400,
)
PARAMETER_INVALID: Final = ErrorKind(
    "parameter-invalid",
    "Parameter {name} has the value {value!r}, which is not valid: expected {expected}.",
    status=400,
)
BODY_EMPTY: Final = ErrorKind(
    "body-empty",
    "The request has no body. Give {expected} in it.",
    status=400,
)
MEDIA_TYPE_UNSUPPORTED: Final = ErrorKind(
    "media-type-unsupported",
    "Bodies of type {given!r} are not supported. Use one of: {known}.",
    status=415,
)

SAVED_NOT_SHOWN: Final = ErrorKind(
    "saved-not-shown",
    "Everything that was written is safe in the journal, but search or graph do not show it yet: "
    "{reason} Once the cause is gone a running service catches up by itself; where none runs, run "
    "the same command again.",
    status=503,
)
WORK_TOO_LONG: Final = ErrorKind(
    "work-too-long",
    "The request took more than {seconds} s of work and was stopped. Ask for less at a time, or "
    "try again in {retry_after} s.",
    status=503,
)

NO_WORKING_CALENDAR: Final = ErrorKind(
    "no-working-calendar",
    "The calendar of working days has no year {year} yet: the State Council announces each year's "
    "holidays in the autumn before. Update the package chinesecalendar, or count days of that year "
    "by hand.",
    status=422,
)
CLOCK_STEP: Final = ErrorKind(
    "clock-step",
    "On {day} the clock of working days cannot be stopped or resumed: it is so already, or began "
    "later. Look at its steps, and choose another day.",
    status=409,
)


def lasts(error: AtlasError) -> bool:
    """Tell whether an error stays until somebody removes its cause.

    Also where the journal's address leads to a file that is no database: it will not become one.
    """
    raised = getattr(error.__cause__, "orig", None)
    other_file = getattr(raised, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB
    return error.kind.lasting or other_file


_WRONG_USE: Final = 400
_ARGUMENTS: Final = (
    *(SETTINGS_INVALID.code, UNKNOWN_SETTING.code, "search-address-invalid"),
    *(UNKNOWN_SOURCE.code, UNKNOWN_RUN.code),
    *("unknown-platform", "unknown-option", "bad-option", "bad-setting", "bad-schedule"),
    *("address-needed", "address-not-plain"),
)
"""Wrong settings and arguments that have another status over HTTP."""


def exit_code(error: AtlasError) -> int:
    """Return the exit code of a command: 2 for wrong use, 3 for everything else that failed.

    1 where all was done, and is only not shown yet.
    """
    if error.kind is SAVED_NOT_SHOWN:
        return 1
    wrong_use = error.code in _ARGUMENTS or error.kind.status == _WRONG_USE
    return 2 if wrong_use else 3
