"""Ended sessions are deleted after a day, those that last are not."""

from __future__ import annotations

from pathlib import Path
from threading import Event

import sqlalchemy as sa

from catalog_service.accounts import upkeep
from catalog_service.accounts.room import ROOM
from catalog_service.accounts.tables import sessions
from tests.fixtures.people import started
from tests.fixtures.web import House


def test_ended_sessions_are_deleted_a_day_later(tmp_path: Path) -> None:
    house = House(tmp_path)
    with house.atlas as atlas:
        account = atlas.accounts.people.create("li", "李强")
        ended, lasting = started(atlas, account), started(atlas, account)
        atlas.accounts.sessions.end(account.id, ended.session.id)
        stop = Event()
        stop.set()

        def kept() -> set[str]:
            upkeep.run(atlas, stop)
            with atlas.journal.reading_tables() as connection:
                return set(connection.execute(sa.select(sessions.c.id)).scalars())

        assert kept() == {ended.session.id, lasting.session.id}
        house.clock.step(24 * 60 + 1)
        lasting = started(atlas, account)
        assert ended.session.id not in kept() and lasting.session.id in kept()
        assert upkeep.run in ROOM.tasks()
