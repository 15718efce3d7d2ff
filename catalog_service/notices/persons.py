"""Telling persons: on the pages, and by mail as they want it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from string import Formatter
from typing import Any, Final
from uuid import uuid4

import orjson
import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.journal import Journal
from catalog_service.journal.codec import to_instant, to_number
from catalog_service.notices.errors import UNKNOWN_KIND, UNSUBSCRIBE_INVALID
from catalog_service.notices.kinds import ALL, KINDS, MAILS, Mail
from catalog_service.notices.outbox import FORGOTTEN, NewMessage, put
from catalog_service.notices.tables import notice_keys, notice_preferences, notices, outbox
from ontology.errors import AtlasError

PERSON: Final = "person:"
NOTICE: Final = "notice"
"""Kind of the outbox's messages that tell one notice."""
DIGEST: Final = "digest"
"""Kind of those that tell several."""

_PEOPLE: Final = sa.table(
    "people", sa.column("id"), sa.column("name"), sa.column("email"), sa.column("language"),
    sa.column("disabled"),
)  # fmt: skip
"""The room of accounts sends notices itself, so that its table is known here by name alone."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is told; raises ``ValueError`` for data that lacks a word of its kind."""

    kind: str
    """A name of `KINDS`."""
    data: Mapping[str, Any]
    """What its words need: texts, or texts by language (``zh``, ``en``)."""
    subject: str | None = None
    """IRI of what it is about."""
    path: str | None = None
    """The page that it leads to, from ``/`` on."""
    organization: str | None = None

    def __post_init__(self) -> None:
        kind = KINDS[self.kind]
        wanted = {n for text in (kind.title, kind.text) for _, n, _, _ in Formatter().parse(text)}
        missing = {name for name in wanted if name} - self.data.keys()
        if missing:
            raise ValueError(f"a notice {self.kind} needs {', '.join(sorted(missing))}")


@dataclass(frozen=True, slots=True)
class StoredNotice:
    """A notice as it stands on somebody's page."""

    id: str
    kind: str
    data: Mapping[str, Any]
    path: str | None
    created: datetime
    read: datetime | None


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person's mail goes, and in which language; None: in both."""

    person: str
    name: str
    email: str = field(repr=False)
    language: str | None


class PersonalNotices:
    """What persons are told, in the journal's database; safe to share between threads."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def tell(
        self,
        connection: sa.Connection,
        notice: Notice,
        persons: Iterable[str],
        wanted: Mail | None = None,
    ) -> None:
        """Tell persons, by their identifiers, within a transaction of the journal.

        One who is told twice of the same in one transaction is told once. ``wanted``: how they want
        it who chose that for what it is about; who wants no mail of its kind gets none all the
        same.
        """
        now, kind = self._journal.clock.now(), KINDS[notice.kind]
        data = {"data": dict(notice.data), "path": notice.path}
        for person in dict.fromkeys(persons):
            identifier = f"ntc_{uuid4().hex}"
            mail: Mail = "each" if kind.must else _preference(connection, person, notice.kind)
            if wanted is not None and mail != "never":
                mail = wanted
            if not kind.must:
                connection.execute(
                    notices.insert().values(
                        id=identifier,
                        person=person,
                        kind=notice.kind,
                        subject=notice.subject,
                        organization=notice.organization,
                        data=orjson.dumps(data).decode(),
                        created=to_number(now),
                        digest=mail if mail in ("daily", "weekly") else None,
                    )
                )
            if mail == "each":
                message = {"notice": notice.kind, FORGOTTEN: kind.must, **data}
                target = f"{PERSON}{person}"
                put(connection, [NewMessage(NOTICE, person, "email", target, message)], now)

    def tell_alone(self, notice: Notice, persons: Iterable[str]) -> None:
        """Tell persons in a transaction of its own."""
        with self._journal.writing_tables() as connection:
            self.tell(connection, notice, persons)

    def unread(self, person: str) -> int:
        """Return how many notices a person has not read."""
        with self._journal.reading_tables() as connection:
            found: int = connection.execute(
                sa.select(sa.func.count()).where(
                    notices.c.person == person, notices.c.read.is_(None)
                )
            ).scalar_one()
        return found

    def of(self, person: str, *, limit: int, offset: int = 0) -> list[StoredNotice]:
        """Return a person's notices, the newest first."""
        query = (
            sa.select(*notices.c)
            .where(notices.c.person == person)
            .order_by(notices.c.created.desc(), notices.c.id)
            .limit(limit)
            .offset(offset)
        )
        with self._journal.reading_tables() as connection:
            return [_notice(row) for row in connection.execute(query)]

    def mark_read(self, person: str, identifier: str | None = None) -> None:
        """Note that a person has read one notice of theirs, or all; another's are left alone."""
        which = [notices.c.person == person, notices.c.read.is_(None)]
        if identifier is not None:
            which.append(notices.c.id == identifier)
        with self._journal.writing_tables() as connection:
            connection.execute(
                notices.update().where(*which).values(read=to_number(self._journal.clock.now()))
            )

    def preferences(self, person: str) -> dict[str, Mail]:
        """Return how a person gets mail of each kind that leaves a choice."""
        with self._journal.reading_tables() as connection:
            return {
                name: _preference(connection, person, name)
                for name, kind in KINDS.items()
                if not kind.must
            }

    def prefer(self, person: str, chosen: Mapping[str, str]) -> None:
        """Store how a person wants mail of kinds; ``*`` is all. Raises ``unknown-notice-kind``."""
        for name, mail in chosen.items():
            if mail not in MAILS or (name != ALL and (name not in KINDS or KINDS[name].must)):
                raise AtlasError(UNKNOWN_KIND, notice=name[:80], mail=mail[:80])
        table = notice_preferences
        with self._journal.writing_tables() as connection:
            if ALL in chosen:
                connection.execute(table.delete().where(table.c.person == person))
            for name, mail in chosen.items():
                own = (table.c.person == person, table.c.kind == name)
                connection.execute(table.delete().where(*own))
                connection.execute(table.insert().values(person=person, kind=name, mail=mail))
            entry = Entry("notice.preferences", f"{PERSON}{person}", details={"mail": dict(chosen)})
            Audit(self._journal).append(connection, entry)

    def unsubscribe_token(self, person: str, kind: str) -> str:
        """Return what proves that a link ends a person's mail of a kind, and nothing else."""
        with self._journal.writing_tables() as connection:
            own = notice_keys.c.person == person
            key = connection.execute(sa.select(notice_keys.c.key).where(own)).scalar()
            if key is None:
                key = secrets.token_bytes(32)
                connection.execute(notice_keys.insert().values(person=person, key=key))
        return _token(bytes(key), kind)

    def unsubscribe(self, person: str, kind: str, token: str) -> None:
        """End a person's mail of a kind, or of all; raises ``unsubscribe-invalid``."""
        with self._journal.reading_tables() as connection:
            own = notice_keys.c.person == person
            key = connection.execute(sa.select(notice_keys.c.key).where(own)).scalar()
        if key is None or not hmac.compare_digest(_token(bytes(key), kind), token):
            raise AtlasError(UNSUBSCRIBE_INVALID)
        self.prefer(person, {kind: "never"})

    def contact(self, person: str) -> Contact | None:
        """Return where a person's mail goes; None: nowhere, or not any more."""
        query = sa.select(*_PEOPLE.c).where(_PEOPLE.c.id == person, _PEOPLE.c.disabled.is_(None))
        with self._journal.reading_tables() as connection:
            row = connection.execute(query).first()
        if row is None or not row.email:
            return None
        return Contact(person, row.name, row.email, row.language)


def forget_notices(connection: sa.Connection, kind: str, subject: str) -> None:
    """Delete all notices of a kind about something that must not be read of any more.

    Those that stand on pages, and those that wait to be mailed, alone or in a digest.
    """
    about = (notices.c.kind == kind, notices.c.subject == subject)
    gone = set(connection.execute(sa.select(notices.c.data).where(*about)).scalars())
    if not gone:
        return
    connection.execute(notices.delete().where(*about))
    told = [orjson.loads(one) for one in gone]
    waiting = (outbox.c.due.is_not(None),)
    _take_out(connection, waiting, lambda one: _is_told(one, kind, told))


def forget_notices_of(connection: sa.Connection, person: str, kinds: Collection[str]) -> None:
    """Delete a person's notices of some kinds, and all that the outbox holds of them."""
    own = (notices.c.person == person, notices.c.kind.in_(sorted(kinds)))
    connection.execute(notices.delete().where(*own))
    _take_out(connection, (outbox.c.about == person,), lambda one: one.get("notice") in kinds)


def _take_out(
    connection: sa.Connection,
    which: Sequence[sa.ColumnElement[bool]],
    unwanted: Callable[[Mapping[str, Any]], bool],
) -> None:
    """Take notices out of those messages to persons that a condition finds."""
    query = sa.select(outbox.c.id, outbox.c.data).where(outbox.c.kind.in_([NOTICE, DIGEST]), *which)
    for row in connection.execute(query).all():
        data = orjson.loads(row.data)
        told = data.get("notices", [data])
        kept = [one for one in told if not unwanted(one)]
        if len(kept) == len(told):
            continue
        count = data.get("count", 1) - (len(told) - len(kept))
        if count:
            changed = orjson.dumps({**data, "notices": kept, "count": count}).decode()
            connection.execute(outbox.update().where(outbox.c.id == row.id).values(data=changed))
        else:
            connection.execute(outbox.delete().where(outbox.c.id == row.id))


def _is_told(given: Mapping[str, Any], kind: str, told: Sequence[Mapping[str, Any]]) -> bool:
    same = {"data": given.get("data"), "path": given.get("path")}
    return given.get("notice") == kind and same in told


def _preference(connection: sa.Connection, person: str, kind: str) -> Mail:
    table = notice_preferences
    query = sa.select(table.c.kind, table.c.mail).where(
        table.c.person == person, table.c.kind.in_([kind, ALL])
    )
    chosen: dict[str, Mail] = {row.kind: row.mail for row in connection.execute(query)}
    return chosen.get(kind, chosen.get(ALL, KINDS[kind].mail))


def _token(key: bytes, kind: str) -> str:
    digest = hmac.new(key, kind.encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _notice(row: sa.Row[Any]) -> StoredNotice:
    told = orjson.loads(row.data)
    return StoredNotice(
        row.id,
        row.kind,
        told["data"],
        told["path"],
        to_instant(row.created),
        None if row.read is None else to_instant(row.read),
    )
