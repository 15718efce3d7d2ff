"""Who publishes what: a table that follows the journal, so that findings are counted by publisher.

The worker follows it; a page reads it as it stands, at most some minutes behind.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from threading import Event
from typing import Final

import sqlalchemy as sa

from catalog_service.journal import Journal
from catalog_service.journal.model import Change
from catalog_service.rule_work.tables import record_publishers, rule_work_state
from ontology.terms import DCT

AT_ONCE: Final = 1_000
"""Changes of one transaction."""

_FOLLOWED: Final = "followed"
_PUBLISHER: Final = re.compile(rf"^<([^>]*)> <{re.escape(DCT.publisher)}> <([^>]*)> \.$", re.M)


class RecordPublishers:
    """Brings the table up to the journal's last change, in steps that each stand by themselves."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def follow(self, stop: Event | None = None) -> bool:
        """Take in what is new; tell whether anything was.

        A journal that is not the one that was followed (a backup was restored) is followed from
        its beginning.
        """
        seq, anew = self._checkpoint()
        followed = False
        while stop is None or not stop.is_set():
            changes = self._journal.changes_after(seq, AT_ONCE)
            if not changes and not anew:
                break
            if changes:
                seq = changes[-1].seq
            self._take(changes, f"{seq} {self._journal.mark(seq)}", anew=anew)
            followed, anew = True, False
        return followed

    def is_behind(self) -> bool:
        """Tell whether the journal has changes that were not followed yet."""
        seq, anew = self._checkpoint()
        return anew or seq < self._journal.head()

    def _checkpoint(self) -> tuple[int, bool]:
        """Return the last change that was followed, and whether all must be followed anew."""
        with self._journal.reading_tables() as connection:
            text = read_state(connection, _FOLLOWED)
        number, _, mark = (text or "0 ").partition(" ")
        seq = int(number)
        if seq and self._journal.mark(seq) != mark:
            return 0, True
        return seq, False

    def _take(self, changes: Sequence[Change], mark: str, *, anew: bool) -> None:
        # Of several versions of a record the last one counts; one that waits says nothing yet.
        last = {one.iri: one for one in changes if one.nquads is not None and one.kind != "held"}
        rows = [
            {"iri": iri, "publisher": publisher}
            for iri, change in last.items()
            for publisher in publishers_of(change.nquads or "", change.focus)
        ]
        table = record_publishers
        with self._journal.writing_tables() as connection:
            if anew:
                connection.execute(table.delete())
            elif last:
                connection.execute(table.delete().where(table.c.iri.in_(list(last))))
            if rows:
                connection.execute(table.insert(), rows)
            write_state(connection, _FOLLOWED, mark)


def publishers_of(nquads: str, focus: str) -> list[str]:
    """Return the IRIs of a dataset's publishers, each once."""
    found = (iri for node, iri in _PUBLISHER.findall(nquads) if node == focus)
    return list(dict.fromkeys(found))


def read_state(connection: sa.Connection, name: str) -> str | None:
    """Return a value that the room keeps for itself."""
    table = rule_work_state
    found: str | None = connection.execute(
        sa.select(table.c.value).where(table.c.name == name)
    ).scalar()
    return found


def write_state(connection: sa.Connection, name: str, value: str) -> None:
    """Keep such a value."""
    table = rule_work_state
    connection.execute(table.delete().where(table.c.name == name))
    connection.execute(table.insert().values(name=name, value=value))
