"""What every part of the journal stands on: the database, the clock, the packing of bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from catalog_service.clock import Clock
from catalog_service.journal import database
from catalog_service.journal.codec import Codec, dictionary, digest, to_number
from catalog_service.journal.schema import dictionaries
from catalog_service.journal.together import Together
from catalog_service.journal.writer import Writer

Result = TypeVar("Result")


class Connected:
    """The journal's connections; safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock, codec: Codec) -> None:
        """Use `catalog_service.journal.Journal.open`."""
        self._engine = engine
        self._clock = clock
        self.codec = codec
        self._together = Together(self.writing)

    def close(self) -> None:
        """Close all connections that are not in use."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Open a write transaction; it commits at the end of the block, or not at all."""
        now = to_number(self._clock.now())
        with database.writing(self._engine) as connection:
            yield Writer(connection, self.codec, now)

    def write(self, work: Callable[[Writer], Result]) -> Result:
        """Return what ``work`` returns, once it is committed; shares a transaction with others.

        For writes that many clients send side by side. ``work`` may be called twice, see
        `catalog_service.journal.together.Together.run`; it must not open a transaction itself.
        """
        return self._together.run(work)

    @contextmanager
    def reading_tables(self) -> Iterator[sa.Connection]:
        """Open a read transaction for tables that other rooms keep here (tokens)."""
        with database.reading(self._engine) as connection:
            yield connection

    @contextmanager
    def writing_tables(self) -> Iterator[sa.Connection]:
        """Open a write transaction for such tables."""
        with database.writing(self._engine) as connection:
            yield connection

    def _codec_for(self, dictionary_id: int | None) -> Codec:
        # Another process, of a newer version, may have added a dictionary since this one began.
        if dictionary_id is not None and not self.codec.knows(dictionary_id):
            self.codec = load_codec(self._engine)
        return self.codec


def load_codec(engine: Engine) -> Codec:
    """Read the journal's dictionaries, and add this program's where it is new."""
    own = dictionary()
    name = digest(own)
    known = _dictionaries(engine)
    if name not in known:
        with database.writing(engine) as connection:
            taken: int | None = connection.execute(
                sa.select(sa.func.max(dictionaries.c.id))
            ).scalar()
            there = connection.execute(
                sa.select(dictionaries.c.id).where(dictionaries.c.digest == name)
            ).first()
            if there is None:
                connection.execute(
                    dictionaries.insert().values(id=(taken or 0) + 1, digest=name, body=own)
                )
        known = _dictionaries(engine)
    return Codec(dict(known.values()), known[name][0])


def _dictionaries(engine: Engine) -> dict[str, tuple[int, bytes]]:
    with database.reading(engine) as connection:
        return {
            row.digest: (row.id, bytes(row.body))
            for row in connection.execute(sa.select(*dictionaries.c))
        }
