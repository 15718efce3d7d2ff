"""What was heard of addresses, as it is kept: by their digests, and of hosts by name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.journal.queries import chunks
from catalog_service.quality.addresses.model import AddressState, Asked, first_state
from catalog_service.quality.tables import quality_addresses, quality_hosts

_A: Final = quality_addresses.c
_H: Final = quality_hosts.c


def states_of(atlas: Service, keys: Iterable[str] | None = None) -> dict[str, AddressState]:
    """Return what is known of addresses, by digest: of all, or of some of them."""
    found: dict[str, AddressState] = {}
    with atlas.journal.reading_tables() as connection:
        for names in [None] if keys is None else chunks(sorted(keys)):
            query = sa.select(quality_addresses)
            if names is not None:
                query = query.where(_A.key.in_(names))
            found.update({row.key: _state(row) for row in connection.execute(query)})
    return found


def keep(atlas: Service, key: str, found: Asked, day: date) -> AddressState | None:
    """Keep what an address answered; None where a later day is kept.

    Written at once, so that what was asked before a crash is not asked again after it.
    """
    with atlas.journal.writing_tables() as connection:
        row = connection.execute(sa.select(quality_addresses).where(_A.key == key)).one_or_none()
        before = None if row is None else _state(row)
        if before is not None and before.tried > day:
            return None
        state = first_state(found, day) if before is None else before.after(found, day)
        connection.execute(quality_addresses.delete().where(_A.key == key))
        connection.execute(
            quality_addresses.insert().values(
                key=key,
                outcome=state.outcome,
                status=state.status,
                since=state.since,
                seen=state.seen,
                tried=state.tried,
                good=state.good,
                failed=state.failed,
                failed_days=state.failed_days,
            )
        )
    return state


def count_tried(atlas: Service, day: date) -> int:
    """Return of how many addresses it was the turn on a day."""
    query = sa.select(sa.func.count()).select_from(quality_addresses).where(_A.tried == day)
    with atlas.journal.reading_tables() as connection:
        return connection.execute(query).scalar_one()


def closed_hosts(atlas: Service) -> set[str]:
    """Return the hosts that want to be left alone now."""
    query = sa.select(_H.host).where(_H.closed_until > written(atlas.clock.now()))
    with atlas.journal.reading_tables() as connection:
        return set(connection.execute(query).scalars())


def close_host(atlas: Service, host: str, until: str) -> None:
    """Keep that a host wants to be left alone, so that it is after a restart as well."""
    with atlas.journal.writing_tables() as connection:
        old = sa.or_(_H.host == host, _H.closed_until <= written(atlas.clock.now()))
        connection.execute(quality_hosts.delete().where(old))
        connection.execute(quality_hosts.insert().values(host=host, closed_until=until))


def written(moment: datetime) -> str:
    """Return an instant in UTC as hosts' pauses are kept."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _state(row: sa.Row[Any]) -> AddressState:
    return AddressState(
        outcome=row.outcome,
        status=row.status,
        since=row.since,
        seen=row.seen,
        tried=row.tried,
        good=row.good,
        failed=row.failed,
        failed_days=row.failed_days,
    )
