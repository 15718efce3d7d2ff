"""Bringing a case up once, though the request comes again under the same ``Idempotency-Key``.

As draft-ietf-httpapi-idempotency-key-header says it: a client that did not hear the answer sends
the same body once more, and gets the answer of then. Keys are a person's own, and are kept for a
day. What was refused is not kept: it may be sent again, mended, under its key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.accounts.service import Principal, acting_person
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.participation.bringing_up import Brought
from catalog_service.participation.errors import KEY_REUSED
from catalog_service.participation.model import Case
from catalog_service.participation.service import bring_up
from catalog_service.participation.stored_cases import find_case
from catalog_service.participation.tables import case_keys
from catalog_service.secret_keys import SecretKeys
from ontology.errors import AtlasError

LASTS: Final = timedelta(days=1)

_K: Final = case_keys.c


class _SentMeanwhileError(Exception):
    """Another request under the same key was quicker."""


@dataclass(frozen=True, slots=True)
class Repeatable:
    """A request that may come again."""

    key: str
    """As its sender chose it."""
    body: bytes
    """In one form: spaces and the order of fields do not make it another."""

    @property
    def digest(self) -> str:
        """What is kept of the key."""
        return hashlib.sha256(self.key.encode()).hexdigest()

    @property
    def fingerprint(self) -> str:
        """What is kept of the body."""
        return hashlib.sha256(self.body).hexdigest()


def bring_up_once(
    atlas: Service,
    principal: Principal,
    brought: Callable[[], Brought],
    request: Repeatable,
    answer: Callable[[Case], Any],
) -> Any:
    """Bring a case up, or return what the same request was answered before.

    ``brought`` is read only where it is the first; ``answer`` returns what can be kept as JSON.
    Raises ``idempotency-key-reused`` for another body, and as ``brought`` and `bring_up` do.
    """
    person = acting_person(principal)
    if person is None:
        # Refused there: nobody's own.
        return answer(bring_up(atlas, principal, brought()))
    kept = _kept(atlas, person.id, request, answer)
    if kept is not None:
        return kept
    wanted = brought()
    keys, moment = SecretKeys.load(atlas.settings), atlas.clock.now()
    now, old = to_number(moment), to_number(moment - LASTS)

    def write(connection: sa.Connection, number: int) -> None:
        wanted.write(connection, number)
        own = (_K.person == person.id, _K.key == request.digest)
        connection.execute(case_keys.delete().where(*own, _K.created <= old))
        if connection.execute(sa.select(_K.case).where(*own)).first() is not None:
            raise _SentMeanwhileError
        connection.execute(
            case_keys.insert().values(
                person=person.id,
                key=request.digest,
                case=number,
                sealed=_sealed(keys, number, request, None),
                created=now,
            )
        )

    try:
        made = bring_up(atlas, principal, replace(wanted, write=write))
    except _SentMeanwhileError:
        return _kept(atlas, person.id, request, answer)
    told = answer(made)
    # After it, since what is answered is read from what was written. A process that ends between
    # the two leaves a key without an answer: the next one is told where the case stands by then.
    with atlas.journal.writing_tables() as connection:
        own = (_K.person == person.id, _K.key == request.digest)
        sealed = _sealed(keys, made.number, request, told)
        connection.execute(case_keys.update().where(*own).values(sealed=sealed))
    return told


def forget_old_keys(atlas: Service) -> int:
    """Forget the keys whose day is over; returns how many."""
    old = to_number(atlas.clock.now() - LASTS)
    with atlas.journal.writing_tables() as connection:
        return int(connection.execute(case_keys.delete().where(_K.created <= old)).rowcount)


def _kept(
    atlas: Service, person: str, request: Repeatable, answer: Callable[[Case], Any]
) -> Any | None:
    """Return what a request was answered before; None: it is the first."""
    query = sa.select(_K.case, _K.sealed).where(
        _K.person == person,
        _K.key == request.digest,
        _K.created > to_number(atlas.clock.now() - LASTS),
    )
    with atlas.journal.reading_tables() as connection:
        row = connection.execute(query).first()
        case = None if row is None else find_case(connection, row.case)
    if row is None or case is None:
        return None
    opened = SecretKeys.load(atlas.settings).decrypt(bytes(row.sealed), _context(row.case))
    found = orjson.loads(opened)
    if found["body"] != request.fingerprint:
        raise AtlasError(KEY_REUSED)
    return answer(case) if found["answer"] is None else found["answer"]


def _sealed(keys: SecretKeys, case: int, request: Repeatable, answer: Any | None) -> bytes:
    content = orjson.dumps({"body": request.fingerprint, "answer": answer})
    return keys.encrypt(content, _context(case))


def _context(case: int) -> str:
    return f"request of case {case}"
