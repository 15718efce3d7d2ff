"""Sessions that the provider began: its tokens, encrypted, and when it was last asked.

The key is derived from the client's secret, which stands in a file apart from the database: whoever
has the database alone reads nothing, and the tokens are of no use without that secret anyway. A
changed secret makes them unreadable; these sessions then end, and their people sign in again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from catalog_service.accounts.oidc.model import CHECK_SECONDS, Tokens
from catalog_service.accounts.oidc.tables import logout_tokens, provider_sessions
from catalog_service.accounts.oidc.token_checks import LogoutToken
from catalog_service.accounts.tables import sessions
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_number

_NONCE_BYTES: Final = 12
_USE: Final = b"shanghai-data-atlas: tokens of OpenID providers"
_AGAIN: Final = timedelta(seconds=CHECK_SECONDS)


class ProviderSessions:
    """What is kept of the provider's sessions, in the journal's database."""

    def __init__(self, journal: Journal, clock: Clock, client_secret: str) -> None:
        self._journal, self._clock = journal, clock
        derive = HKDF(algorithm=SHA256(), length=32, salt=None, info=_USE)
        self._cipher = AESGCM(derive.derive(client_secret.encode()))

    def begin(self, session: str, person: str, subject: str, tokens: Tokens) -> None:
        """Keep the tokens of a session that has just begun."""
        self.forget_ended()
        with self._journal.writing_tables() as connection:
            connection.execute(
                provider_sessions.insert().values(
                    session=session,
                    person=person,
                    subject=subject,
                    asked=to_number(self._clock.now()),
                    tokens=self._encrypted(session, tokens),
                )
            )

    def is_due(self, session: str) -> bool:
        """Tell whether it is time to ask the provider again; False for what it did not begin."""
        with self._journal.reading_tables() as connection:
            asked = connection.execute(
                sa.select(provider_sessions.c.asked).where(provider_sessions.c.session == session)
            ).scalar()
        return asked is not None and asked <= self._before()

    def claim(self, session: str) -> tuple[str, str, Tokens | None] | None:
        """Return person, subject and tokens to whoever is to ask now; None: another does, did, or
        it is not the provider's.

        One alone asks: with many providers a refresh token is good once, and whoever sent it twice
        would lose the session. Tokens are None where they cannot be read any more.
        """
        table = provider_sessions
        with self._journal.writing_tables() as connection:
            claimed = connection.execute(
                table.update()
                .where(table.c.session == session, table.c.asked <= self._before())
                .values(asked=to_number(self._clock.now()))
            )
            if not claimed.rowcount:
                return None
            row = connection.execute(sa.select(*table.c).where(table.c.session == session)).one()
        return row.person, row.subject, self._decrypted(session, row.tokens)

    def keep(self, session: str, tokens: Tokens) -> None:
        """Keep newer tokens of a session."""
        with self._journal.writing_tables() as connection:
            connection.execute(
                provider_sessions.update()
                .where(provider_sessions.c.session == session)
                .values(tokens=self._encrypted(session, tokens))
            )

    def identity_token(self, session: str) -> str | None:
        """Return the last ID token of a session, by which the provider knows whom to sign out."""
        with self._journal.reading_tables() as connection:
            found = connection.execute(
                sa.select(provider_sessions.c.tokens).where(provider_sessions.c.session == session)
            ).scalar()
        tokens = None if found is None else self._decrypted(session, found)
        return None if tokens is None else tokens.identity

    def forget(self, sessions: Iterable[str]) -> None:
        """Delete what is kept of sessions that ended."""
        ended = list(sessions)
        if not ended:
            return
        with self._journal.writing_tables() as connection:
            connection.execute(
                provider_sessions.delete().where(provider_sessions.c.session.in_(ended))
            )

    def forget_ended(self) -> None:
        """Delete what is kept of sessions that are no longer there, or have ended."""
        still = sa.select(sessions.c.id).where(sessions.c.ended.is_(None))
        with self._journal.writing_tables() as connection:
            connection.execute(
                provider_sessions.delete().where(provider_sessions.c.session.not_in(still))
            )

    def note_logout(self, issuer: str, token: LogoutToken) -> bool:
        """Note that a logout token came; tell whether it is the first time."""
        digest = hashlib.sha256(f"{issuer}\n{token.token_id}".encode()).hexdigest()
        with self._journal.writing_tables() as connection:
            connection.execute(
                logout_tokens.delete().where(logout_tokens.c.until < to_number(self._clock.now()))
            )
            if connection.execute(
                sa.select(logout_tokens.c.digest).where(logout_tokens.c.digest == digest)
            ).first():
                return False
            connection.execute(
                logout_tokens.insert().values(digest=digest, until=to_number(token.until))
            )
        return True

    def _before(self) -> int:
        return to_number(self._clock.now() - _AGAIN)

    def _encrypted(self, session: str, tokens: Tokens) -> bytes:
        text = json.dumps([tokens.access, tokens.identity, tokens.refresh]).encode()
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, text, session.encode())

    def _decrypted(self, session: str, encrypted: bytes) -> Tokens | None:
        nonce, text = encrypted[:_NONCE_BYTES], encrypted[_NONCE_BYTES:]
        try:
            found = json.loads(self._cipher.decrypt(nonce, text, session.encode()))
        except InvalidTag:
            return None
        return Tokens(*found)
