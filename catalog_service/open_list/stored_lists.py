"""Open lists in the journal's database."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

import orjson
import sqlalchemy as sa

from catalog_service.journal.codec import to_instant, to_number
from catalog_service.open_list.model import Content, OpenList, StoredStep, Version
from catalog_service.open_list.tables import (
    open_list_contents,
    open_list_filings,
    open_list_steps,
    open_list_versions,
)

_COUNTED: dict[str, int] = {}
"""Items of contents, by hash."""
_MOST_COUNTED: Final = 50_000
_S = open_list_steps.c
_V = open_list_versions.c
_F = open_list_filings.c


def keep_content(connection: sa.Connection, content: Content) -> str:
    """Keep what a list says, once; return its hash."""
    known = sa.select(open_list_contents.c.hash).where(open_list_contents.c.hash == content.hash)
    if connection.execute(known).first() is None:
        connection.execute(
            open_list_contents.insert().values(hash=content.hash, body=content.packed)
        )
    return content.hash


def read_content(connection: sa.Connection, digest: str) -> Content:
    """Return what was kept under a hash."""
    query = sa.select(open_list_contents.c.body).where(open_list_contents.c.hash == digest)
    return Content.read(zlib.decompress(connection.execute(query).scalar_one()), digest)


def count_items(connection: sa.Connection, digest: str) -> int:
    """Return how many items a content has: each process unpacks it once, for it never changes."""
    found = _COUNTED.get(digest)
    if found is None:
        found = len(read_content(connection, digest).items)
        if len(_COUNTED) >= _MOST_COUNTED:
            _COUNTED.clear()
        _COUNTED[digest] = found
    return found


def find_list(
    connection: sa.Connection, organization: str, year: int, known: Content | None = None
) -> OpenList | None:
    """Return a list as its last step left it.

    ``known``: what it said when it was looked at before, or says now; where it says so still, it is
    not read again.
    """
    query = (
        sa.select(*open_list_steps.c)
        .where(_S.organization == organization, _S.year == year)
        .order_by(_S.number)
    )
    steps = tuple(_step(row) for row in connection.execute(query))
    if not steps:
        return None
    last = steps[-1]
    same = known is not None and known.hash == last.content
    content = known if known is not None and same else read_content(connection, last.content)
    return OpenList(organization, year, last.state, content, steps)


def next_step(connection: sa.Connection) -> int:
    """Return the number of the next step; writers of the journal follow upon each other."""
    last = connection.execute(sa.select(sa.func.max(_S.number))).scalar()
    return int(last or 0) + 1


def add_step(connection: sa.Connection, *, details: Mapping[str, Any], **values: Any) -> None:
    """Add a step, with the number that `next_step` gave."""
    text = orjson.dumps(dict(details), option=orjson.OPT_SORT_KEYS).decode()
    connection.execute(open_list_steps.insert().values(details=text, **values))


def next_filing_number(connection: sa.Connection, organization: str, year: int) -> int:
    """Return the number of the next filing, within the write transaction that adds it."""
    query = sa.select(sa.func.max(_F.filing_number)).where(
        _F.organization == organization, _F.year == year
    )
    return int(connection.execute(query).scalar() or 0) + 1


def add_filing(
    connection: sa.Connection, organization: str, year: int, number: int, step: int
) -> None:
    """Keep the number of a filing."""
    connection.execute(
        open_list_filings.insert().values(
            organization=organization, year=year, filing_number=number, step=step
        )
    )


def add_version(
    connection: sa.Connection,
    organization: str,
    year: int,
    *,
    content: str,
    in_force: date,
    published: int,
) -> int:
    """Publish another version, and return its number."""
    query = sa.select(sa.func.max(_V.version)).where(
        _V.organization == organization, _V.year == year
    )
    number = int(connection.execute(query).scalar() or 0) + 1
    connection.execute(
        open_list_versions.insert().values(
            organization=organization,
            year=year,
            version=number,
            content=content,
            in_force=in_force,
            published=published,
        )
    )
    return number


def versions_of(
    connection: sa.Connection, year: int | None = None, organization: str | None = None
) -> list[Version]:
    """Return published versions, by year, organization and number."""
    query = sa.select(*open_list_versions.c).order_by(_V.year, _V.organization, _V.version)
    if year is not None:
        query = query.where(_V.year == year)
    if organization is not None:
        query = query.where(_V.organization == organization)
    return [
        Version(
            row.organization,
            row.year,
            row.version,
            row.content,
            row.in_force,
            to_instant(row.published),
        )
        for row in connection.execute(query)
    ]


def announced_after(connection: sa.Connection, day: date) -> list[tuple[str, int]]:
    """Return the lists, by organization and year, of which a version counts from a later day on.

    Those too in whose place another came before it counted.
    """
    query = (
        sa.select(_V.organization, _V.year)
        .where(_V.in_force > day)
        .distinct()
        .order_by(_V.year, _V.organization)
    )
    return [(organization, year) for organization, year in connection.execute(query)]


def in_force(versions: list[Version], today: date) -> dict[tuple[str, int], Version]:
    """Return the version of each list that counts on a day, by organization and year."""
    found: dict[tuple[str, int], Version] = {}
    for one in versions:
        if one.in_force <= today:
            found[one.organization, one.year] = one
    return found


def last_steps(
    connection: sa.Connection,
    organizations: Iterable[str] | None,
    before: datetime | None = None,
) -> list[StoredStep]:
    """Return the last step of each list of organizations; None: of all. The newest year first.

    ``before``: as the lists stood then.
    """
    newest = sa.select(sa.func.max(_S.number)).group_by(_S.organization, _S.year)
    if before is not None:
        newest = newest.where(_S.time < to_number(before))
    query = (
        sa.select(*open_list_steps.c)
        .where(_S.number.in_(newest))
        .order_by(_S.year.desc(), _S.organization)
    )
    if organizations is not None:
        query = query.where(_S.organization.in_(sorted(organizations)))
    return [_step(row) for row in connection.execute(query)]


def first_taken(
    connection: sa.Connection, steps: Iterable[str], before: datetime
) -> dict[tuple[str, int, str], datetime]:
    """Return when each list first took each of some steps, before a moment."""
    query = (
        sa.select(_S.organization, _S.year, _S.step, sa.func.min(_S.time))
        .where(_S.step.in_(sorted(steps)), _S.time < to_number(before))
        .group_by(_S.organization, _S.year, _S.step)
    )
    return {(who, year, step): to_instant(at) for who, year, step, at in connection.execute(query)}


def _step(row: sa.Row[Any]) -> StoredStep:
    return StoredStep(
        row.number,
        row.organization,
        row.year,
        row.step,
        row.state,
        row.content,
        row.actor,
        to_instant(row.time),
        row.reason,
        orjson.loads(row.details),
    )
