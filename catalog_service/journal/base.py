"""The base of the journal's classes: the database, the clock, the packing of bodies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Final, TypeVar

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Engine

from catalog_service.clock import Clock
from catalog_service.errors import JOURNAL_REPLACED
from catalog_service.journal import checksums, database
from catalog_service.journal.codec import Codec, dictionary, digest, to_number
from catalog_service.journal.group_commit import GroupCommit
from catalog_service.journal.location import BEGUN, IS_SURE
from catalog_service.journal.schema import dictionaries, meta
from catalog_service.journal.writer import Writer
from ontology.errors import AtlasError

Result = TypeVar("Result")

AHEAD: Final = 60 * 1_000_000
"""Microseconds by which the clock may be behind the last change without a warning."""

TELL_EVERY: Final = 600.0
"""Seconds between two such warnings in the log."""

_log = structlog.get_logger(__name__)

HEAD: Final = "SELECT max(seq) FROM changes"


class JournalBase:
    """The journal's connections; safe to share between threads."""

    def __init__(self, engine: Engine, clock: Clock, codec: Codec) -> None:
        """Use `catalog_service.journal.Journal.open`."""
        self._engine = engine
        self._clock = clock
        self.codec = codec
        self._location = database.location_of(engine)
        self._generation = self._location.generation
        self._confirmed = False
        self._told_ahead = -TELL_EVERY
        self._group_commit = GroupCommit(self.writing)

    @property
    def clock(self) -> Clock:
        """The clock by which changes are dated."""
        return self._clock

    def close(self) -> None:
        """Close all connections that are not in use."""
        self._engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """Open a write transaction; it commits at the end of the block, or not at all."""
        now = to_number(self._clock.now())
        self.check()
        with self._same(), database.writing(self._engine) as connection:
            self._is_same()
            writer = Writer(connection, self.codec, now)
            self._tell_ahead(writer.time - now)
            yield writer
            writer.note_sums()

    def confirm_with(self, confirm: Callable[[], None]) -> None:
        """Call ``confirm`` before an empty journal is used, this one or one that replaces it.

        It raises `AtlasError` (``journal-lost``) where an empty journal cannot be the right one.
        """
        self._location.confirm = confirm
        self.check()

    def check(self) -> None:
        """Raise `AtlasError` where this journal is gone, or is empty without being confirmed."""
        self._location.there()
        if not self._confirmed:
            if not database.glance(self._engine, IS_SURE):
                self._location.confirm()
            self._confirmed = True

    def begin_anew(self) -> None:
        """Record that this journal is meant to be empty, if it is."""
        with database.writing(self._engine) as connection:
            if not connection.execute(sa.text(IS_SURE)).scalar():
                holding = checksums.holding(connection, ["meta"])
                connection.execute(meta.insert().values(key=BEGUN, value="yes"))
                checksums.note(connection, holding)

    @contextmanager
    def _same(self) -> Iterator[None]:
        """Switch to the journal found in this one's place, after raising ``journal-replaced``."""
        try:
            yield
        except AtlasError as error:
            if error.kind is JOURNAL_REPLACED and self._generation != self._location.generation:
                self._take_over()
            raise

    def _is_same(self) -> None:
        # What is about to be written was packed for the journal before it.
        if self._generation != self._location.generation:
            reason = "it is taken over with the next request"
            raise AtlasError(JOURNAL_REPLACED, url=self._location.shown, reason=reason)

    def _tell_ahead(self, microseconds: int) -> None:
        """Warn in the log, at most every `TELL_EVERY` s, of a clock behind the last change."""
        if microseconds < AHEAD or monotonic() - self._told_ahead < TELL_EVERY:
            return
        self._told_ahead = monotonic()
        _log.warning(
            "clock-behind-journal",
            seconds=microseconds // 1_000_000,
            advice="the clock was ahead, or is behind now; changes get the last change's time",
        )

    def _take_over(self) -> None:
        self._generation = self._location.generation
        self._confirmed = False
        self.codec = load_codec(self._engine)

    def write(self, work: Callable[[Writer], Result]) -> Result:
        """Return what ``work`` returns, once it is committed; shares a transaction with others.

        For writes that many clients send side by side. ``work`` may be called twice (see
        `GroupCommit.run`); it may read, and must not open another one that writes.
        """
        return self._group_commit.run(work)

    @contextmanager
    def reading_tables(self) -> Iterator[sa.Connection]:
        """Open a read transaction for tables that other rooms keep here (tokens)."""
        with self._same(), database.reading(self._engine) as connection:
            self._is_same()
            yield connection

    @contextmanager
    def writing_tables(self, *touched: str) -> Iterator[sa.Connection]:
        """Open a write transaction for such tables, and note the checksums of those named."""
        self.check()
        with self._same(), database.writing(self._engine) as connection:
            self._is_same()
            holding = checksums.holding(connection, touched)
            yield connection
            checksums.note(connection, holding)

    def _codec_for(self, dictionary_id: int | None) -> Codec:
        if self._generation != self._location.generation:
            self._take_over()
        # A process of a newer version may have added a dictionary since this one started.
        if dictionary_id is not None and not self.codec.knows(dictionary_id):
            self.codec = load_codec(self._engine)
        return self.codec


def load_codec(engine: Engine) -> Codec:
    """Return a codec with the journal's dictionaries; adds this program's where it is new."""
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
                holding = checksums.holding(connection, ["dictionaries"])
                connection.execute(
                    dictionaries.insert().values(id=(taken or 0) + 1, digest=name, body=own)
                )
                checksums.note(connection, holding)
        known = _dictionaries(engine)
    return Codec(dict(known.values()), known[name][0], shown=database.location_of(engine).shown)


def _dictionaries(engine: Engine) -> dict[str, tuple[int, bytes]]:
    with database.reading(engine) as connection:
        return {
            row.digest: (row.id, bytes(row.body))
            for row in connection.execute(sa.select(*dictionaries.c))
        }
