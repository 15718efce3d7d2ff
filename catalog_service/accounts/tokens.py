"""Bearer tokens: made once, shown once, kept as a digest.

A token is 256 random bits, so its digest is a plain SHA-256: a slow hash (argon2) protects what
people can guess or remember, and there is nothing to guess here, while it would cost each request
50 ms of a core and could not be looked up by an index.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
import structlog

from catalog_service.accounts.actions import SCOPES, Action, named_action
from catalog_service.accounts.errors import RIGHT_MISSING
from catalog_service.accounts.tables import token_owners
from catalog_service.acting import known_as
from catalog_service.audit.service import Audit, Entry
from catalog_service.clock import Clock
from catalog_service.errors import (
    ILLEGAL_SCOPE,
    ILLEGAL_TOKEN_NAME,
    NOT_ALLOWED,
    NOT_AUTHENTICATED,
    UNKNOWN_TOKEN,
)
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.journal.rows import Row
from catalog_service.journal.schema import tokens
from ontology.errors import AtlasError
from ontology.record import SOURCE_ID

PREFIX: Final = "atlas_"
"""Begins every token, so that a scanner for leaked secrets can know it."""

_log = structlog.get_logger(__name__)

_ALL = sa.select(*tokens.c, token_owners.c.person, token_owners.c.organization).outerjoin(
    token_owners, token_owners.c.token == tokens.c.id
)
_BY_DIGEST = _ALL.where(tokens.c.digest == sa.bindparam("sent"))
"""Asked with every request that carries a token; making a statement costs as much as running it."""

_SCOPE = re.compile(rf"admin|cases|query|(?:write|steward)(?::{SOURCE_ID.pattern})?")


_BOUND: Final = ("write", "steward")
"""Scopes that a token may have for one source."""


def check_scope(scope: str) -> None:
    """Raise ``illegal-scope`` for what is no scope."""
    if _SCOPE.fullmatch(scope) is None:
        raise AtlasError(ILLEGAL_SCOPE, scope=scope[:80])


def scope_with(action: Action) -> str | None:
    """Return the narrowest scope that contains an action; None: it is for persons alone."""
    return next((scope for scope, contained in SCOPES.items() if action in contained), None)


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret.

    Scopes: ``write`` (all sources) or ``write:SOURCE``; ``steward`` or ``steward:SOURCE`` (see and
    release what is held or not open); ``cases`` (what its owner brings up, follows and handles);
    ``query`` (more of SPARQL, and nothing else); ``admin`` (everything else).
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    created: datetime
    expires: datetime | None
    revoked: datetime | None
    last_used: date | None
    owner: str | None = None
    """The person whose it is (`catalog_service.accounts.own_tokens`); None: the installation's."""
    organization: str | None = None
    """The IRI of the one organization over which its owner lets it act; None: all of theirs."""
    read_again: Callable[[str], Token] | None = field(default=None, repr=False, compare=False)
    """Reads the token again, by its identifier; None: it stays as it is."""

    @property
    def actor(self) -> str:
        """What histories keep."""
        return f"token:{self.name}"

    def allows(self, scope: str) -> bool:
        """Say whether the token has a scope, or a wider one that contains it."""
        return not {"admin", scope, scope.partition(":")[0]}.isdisjoint(self.scopes)

    def require_scope(self, scope: str) -> None:
        """Raise ``not-allowed`` unless the token has a scope."""
        if not self.allows(scope):
            raise AtlasError(NOT_ALLOWED, token=self.name, scope=scope)

    def contains(self, action: Action) -> bool:
        """Tell whether a scope without a source contains an action."""
        return any(action in SCOPES.get(scope, ()) for scope in self.scopes)

    def may(self, action: Action, organization: str | None) -> bool:  # noqa: ARG002
        """Tell whether a scope without a source contains an action; it holds city-wide."""
        return self.contains(action)

    def may_over(self, action: Action, source: str) -> bool:
        """Tell whether a scope contains an action, and is not of another source."""
        allowed = self.sources(action)
        return allowed is None or source in allowed

    def sources(self, action: Action) -> frozenset[str] | None:
        """Return the sources over which a scope contains an action; None: all."""
        if self.contains(action):
            return None
        pairs = (scope.split(":") for scope in self.scopes if ":" in scope)
        return frozenset(source for kind, source in pairs if action in SCOPES[kind])

    def require(self, action: Action, organization: str | None) -> None:
        """Raise ``not-allowed`` unless a scope without a source contains an action.

        ``right-missing`` where no scope does: what somebody does in their own name.
        """
        if not self.may(action, organization):
            scope = scope_with(action)
            if scope is None:
                raise AtlasError(RIGHT_MISSING, name=self.name, action=named_action(action))
            raise AtlasError(NOT_ALLOWED, token=self.name, scope=scope)

    def require_over(self, action: Action, source: str) -> None:
        """Raise ``not-allowed`` unless an action is allowed over a source."""
        if not self.may_over(action, source):
            scope = scope_with(action)
            if scope is None:
                raise AtlasError(RIGHT_MISSING, name=self.name, action=named_action(action))
            bound = f"{scope}:{source}" if scope in _BOUND else scope
            raise AtlasError(NOT_ALLOWED, token=self.name, scope=bound)

    def organizations(self, action: Action) -> frozenset[str] | None:
        """Return None, the whole city, where a scope without a source contains an action."""
        return None if self.may(action, None) else frozenset()

    def anew(self) -> Token:
        """Return the token with what it may now; raises ``not-authenticated`` where it ended."""
        return self if self.read_again is None else self.read_again(self.id)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made; ``secret`` is what the client sends, and is not kept anywhere."""

    token: Token
    secret: str


MAX_NAME: Final = 200


class Tokens:
    """The tokens of a catalogue, in the journal's database."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        owned: Callable[[Token], Token | None] = lambda _token: None,
        *,
        entropy: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        """``entropy`` gives that many random bytes.

        ``owned`` returns a person's token with what that person may do now; None: the person may
        not act any more.
        """
        self._journal = journal
        self._clock = clock
        self._audit = Audit(journal)
        self._owned = owned
        self._entropy = entropy

    def create(
        self,
        name: str,
        scopes: Iterable[str],
        *,
        expires: datetime | None = None,
        owner: str | None = None,
        organization: str | None = None,
    ) -> NewToken:
        """Make a token; ``owner``: the person whose it is, as `OwnTokens.make` has checked it.

        Raises ``illegal-token-name``, and ``illegal-scope``, also where none is given.
        """
        if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
            raise AtlasError(ILLEGAL_TOKEN_NAME, name=ascii(name[:MAX_NAME]), limit=MAX_NAME)
        wanted = tuple(sorted(set(scopes)))
        for scope in wanted or ("",):
            check_scope(scope)
        identifier = self._entropy(4).hex()
        secret = urlsafe_b64encode(self._entropy(32)).decode().rstrip("=")
        shown = f"{PREFIX}{identifier}_{secret}"
        with self._journal.writing_tables("tokens") as connection:
            connection.execute(
                tokens.insert().values(
                    id=identifier,
                    name=name,
                    digest=_digest(shown),
                    scopes=" ".join(wanted),
                    created=to_number(self._clock.now()),
                    expires=None if expires is None else to_number(expires),
                )
            )
            ends = None if expires is None else expires.isoformat()
            details: dict[str, object] = {"scopes": wanted, "expires": ends}
            if owner is not None:
                connection.execute(
                    token_owners.insert().values(
                        token=identifier, person=owner, organization=organization
                    )
                )
                details["owner"] = f"person:{owner}"
            self._audit.append(
                connection,
                Entry(
                    "token.create",
                    f"token:{identifier}",
                    organization=organization,
                    details=details,
                ),
            )
        return NewToken(self.get(identifier), shown)

    def authenticate(self, secret: str) -> Token:
        """Return the token that a client sent, and note the day; raises ``not-authenticated``.

        One of a person may what its owner may now.
        """
        with self._journal.reading_tables() as connection:
            row = connection.execute(_BY_DIGEST, {"sent": _digest(secret)}).first()
        if row is None:
            raise AtlasError(NOT_AUTHENTICATED)
        token = self._acting(_token(row))
        known_as(f"token:{token.id}")
        today = self._clock.today()
        # At most one write a day: the day is enough to recognise a token that is no longer used.
        if token.last_used != today:
            try:
                with self._journal.writing_tables() as connection:
                    connection.execute(
                        tokens.update().where(tokens.c.id == token.id).values(last_used=today)
                    )
            except AtlasError as error:
                # A full disk, for instance, which must not fail a request that only reads.
                _log.warning("use of a token not noted", token=token.name, error=error.code)
        return token

    def _acting(self, token: Token) -> Token:
        """Return a token with what it may now; raises ``not-authenticated``."""
        now = self._clock.now()
        if token.revoked is not None or (token.expires is not None and token.expires <= now):
            raise AtlasError(NOT_AUTHENTICATED)
        token = replace(token, read_again=lambda identifier: self._acting(self.get(identifier)))
        if token.owner is None:
            return token
        owned = self._owned(token)
        if owned is None:
            raise AtlasError(NOT_AUTHENTICATED)
        return owned

    def revoke(self, identifier: str) -> Token:
        """End a token at once; revoking it again changes nothing. Raises ``unknown-token``."""
        found = self.get(identifier)
        with self._journal.writing_tables("tokens") as connection:
            ended = connection.execute(
                tokens.update()
                .where(tokens.c.id == identifier, tokens.c.revoked.is_(None))
                .values(revoked=to_number(self._clock.now()))
            ).rowcount
            if ended:
                told = Entry("token.revoke", f"token:{identifier}", organization=found.organization)
                self._audit.append(connection, told)
        return self.get(identifier)

    def get(self, identifier: str) -> Token:
        """Return a token; raises ``unknown-token``."""
        with self._journal.reading_tables() as connection:
            row = connection.execute(_ALL.where(tokens.c.id == identifier)).first()
        if row is None:
            raise AtlasError(UNKNOWN_TOKEN, token=identifier)
        return _token(row)

    def list(self, owner: str | None = None) -> list[Token]:
        """Return all tokens, the oldest first, the ended ones too; ``owner``: those of a person."""
        query = _ALL.order_by(tokens.c.created, tokens.c.id)
        if owner is not None:
            query = query.where(token_owners.c.person == owner)
        with self._journal.reading_tables() as connection:
            rows = connection.execute(query).all()
        return [_token(row) for row in rows]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def _token(row: Row) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        scopes=tuple(row.scopes.split(" ")),
        created=to_instant(row.created),
        expires=None if row.expires is None else to_instant(row.expires),
        revoked=None if row.revoked is None else to_instant(row.revoked),
        last_used=row.last_used,
        owner=row.person,
        organization=row.organization,
    )
