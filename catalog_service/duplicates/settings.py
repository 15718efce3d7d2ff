"""Whether a source's records that repeat the city's are flagged, or held back."""

from __future__ import annotations

from typing import Final, Literal, get_args

import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.duplicates.tables import duplicate_sources
from catalog_service.journal import Journal

Repeats = Literal["flag", "hold"]

REPEATS: Final[tuple[Repeats, ...]] = get_args(Repeats)


class RepeatSettings:
    """Reads and writes the setting; safe to share between threads."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def of(self, source: str) -> Repeats:
        """Return a source's setting; ``flag`` where none was made."""
        return self.all().get(source, "flag")

    def all(self) -> dict[str, Repeats]:
        """Return the settings that were made, by source."""
        with self._journal.reading_tables() as connection:
            rows = connection.execute(sa.select(*duplicate_sources.c)).all()
        return {row.source: row.repeats for row in rows}

    def put(self, source: str, repeats: Repeats) -> None:
        """Set it."""
        table = duplicate_sources
        with self._journal.writing_tables() as connection:
            changed = connection.execute(
                table.update().where(table.c.source == source).values(repeats=repeats)
            )
            if not changed.rowcount:
                connection.execute(table.insert().values(source=source, repeats=repeats))
            told = {"repeats": repeats}
            entry = Entry("duplicate.settings", f"source:{source}", source=source, details=told)
            Audit(self._journal).append(connection, entry)
