"""What is kept encrypted of a source: its credentials, and the receiver of its notices."""

from __future__ import annotations

import os
from typing import Final, Literal, get_args

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.journal import Journal
from catalog_service.secret_keys import SecretKeys, add_key
from catalog_service.settings import Settings
from catalog_service.sources.errors import NOT_HARVESTED
from catalog_service.sources.tables import harvest_sources
from ontology.errors import AtlasError

Purpose = Literal["credentials", "webhook_secret"]

PURPOSES: Final[tuple[Purpose, ...]] = get_args(Purpose)
"""The columns of `harvest_sources` that hold something encrypted."""


class SourceSecrets:
    """Reads and writes the encrypted columns; the keys are read each time."""

    def __init__(self, journal: Journal, settings: Settings) -> None:
        self._journal = journal
        self._settings = settings

    def read(self, source: str, purpose: Purpose) -> bytes | None:
        """Return a secret; None where there is none, and then no key is needed.

        Raises `AtlasError`: ``secret-key-missing``, ``secret-damaged``, and of the file of keys.
        """
        column = harvest_sources.c[purpose]
        with self._journal.reading_tables() as connection:
            stored = connection.execute(
                sa.select(column).where(harvest_sources.c.source == source)
            ).scalar()
        if stored is None:
            return None
        return SecretKeys.load(self._settings).decrypt(stored, _context(source, purpose))

    def write(self, source: str, purpose: Purpose, secret: bytes | None) -> None:
        """Store a secret, or forget it (None).

        Raises `AtlasError`: ``not-harvested`` for a source that is not visited, and of the file.
        """
        stored = None if secret is None else self.encrypted(source, purpose, secret)
        with self._journal.writing_tables() as connection:
            found = connection.execute(
                harvest_sources.update()
                .where(harvest_sources.c.source == source)
                .values({purpose: stored})
            )
            if not found.rowcount:
                raise AtlasError(NOT_HARVESTED, source=source)
            done = "source.credentials" if purpose == "credentials" else "source.webhook"
            told = {"forgotten": secret is None}
            entry = Entry(done, f"source:{source}", source=source, details=told)
            Audit(self._journal).append(connection, entry)

    def encrypted(self, source: str, purpose: Purpose, secret: bytes) -> bytes:
        """Return a secret as it is stored; raises of the file."""
        return SecretKeys.load(self._settings).encrypt(secret, _context(source, purpose))

    def rotate(self) -> tuple[SecretKeys, int]:
        """Add a new key and encrypt every secret with it; return the keys, and how many they were.

        A process that dies between the two loses nothing: the older keys stay in the file. Raises
        what `read` raises; then the new key is there already, and used for what is given next.
        """
        keys = add_key(self._settings)
        count = 0
        with self._journal.writing_tables() as connection:
            for purpose in PURPOSES:
                column = harvest_sources.c[purpose]
                rows = connection.execute(
                    sa.select(harvest_sources.c.source, column).where(column.is_not(None))
                ).all()
                for source, stored in rows:
                    context = _context(source, purpose)
                    anew = keys.encrypt(keys.decrypt(stored, context), context)
                    connection.execute(
                        harvest_sources.update()
                        .where(harvest_sources.c.source == source)
                        .values({purpose: anew})
                    )
                    count += 1
            told = {"key": keys.newest, "secrets": count}
            Audit(self._journal).append(connection, Entry("secret_keys.write", details=told))
        return keys, count


def new_secret() -> bytes:
    """Return a key that signs notices (Standard Webhooks: 24 to 64 bytes)."""
    return os.urandom(32)


def _context(source: str, purpose: Purpose) -> str:
    return f"{source} ({purpose})"
