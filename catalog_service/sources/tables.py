"""The tables of harvests: how a source is visited, its runs, and what its list named.

They hold no checksums (`journal.checksums`): a run writes them with every page.
"""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.journal.schema import metadata

harvest_sources = sa.Table(
    "harvest_sources",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("settings", sa.Text, nullable=False),
    # Encrypted; NULL: the platform asks for none.
    sa.Column("credentials", sa.LargeBinary),
    # Encrypted; the address of the source's webhook, and the key that signs the notices there.
    sa.Column("webhook_secret", sa.LargeBinary),
    sa.Column("bookmark", sa.Text),
    # Microseconds since 1970 UTC, here and below.
    sa.Column("full_walk", sa.BigInteger),
    sa.Column("listed", sa.Integer),
    sa.Column("due", sa.BigInteger),
    # Whether the next run is to believe a list much shorter than expected; NULL: it is not.
    sa.Column("accept_shorter", sa.Boolean),
)
"""How a source is visited, where its next increment begins, and what its last whole list held."""

harvests = sa.Table(
    "harvests",
    metadata,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    # The source while the run is under way, else NULL: a second active run breaks uniqueness.
    sa.Column("active", sa.Text),
    sa.Column("full", sa.Boolean, nullable=False),
    sa.Column("bookmark", sa.Text),
    sa.Column("cursor", sa.Text),
    # How the walk ended, where only the removals are left to do; NULL: it goes on at the cursor.
    sa.Column("walked", sa.Text),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("total", sa.Integer),
    sa.Column("counters", sa.Text, nullable=False),
    sa.Column("owner", sa.Text, nullable=False),
    sa.Column("lease", sa.BigInteger, nullable=False),
    sa.Column("wanted", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("decision", sa.Text),
    sa.UniqueConstraint("active"),
    sa.Index(None, "source", "number"),
)
"""Where each run stands, so that another process can go on where this one died."""

harvest_entries = sa.Table(
    "harvest_entries",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("remote_id", sa.Text, primary_key=True),
    sa.Column("mark", sa.Text),
    sa.Column("seen", sa.BigInteger, nullable=False),
    sa.Index(
        "ix_harvest_entries_told",
        "source",
        "seen",
        sqlite_where=sa.text("seen < 0"),
        postgresql_where=sa.text("seen < 0"),
    ),
)
"""What a source's list named: the change mark last taken in, and the number of the run.

The number is negative where the platform said during that run that the dataset is gone, and 0 once
the run has ended (`entry_store.TOLD_GONE`).
"""

harvest_problems = sa.Table(
    "harvest_problems",
    metadata,
    sa.Column("run", sa.Text, primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("remote_id", sa.Text),
    sa.Column("error", sa.Text, nullable=False),
    sa.Column("raw", sa.LargeBinary),
    sa.Column("expires", sa.BigInteger),
    sa.Index(None, "expires"),
)
"""What went wrong with single datasets, and for a week what the platform answered."""


class StoredTables:
    """Base of what reads and writes these tables; safe to share between threads."""

    def __init__(self, journal: Journal, clock: Clock) -> None:
        self._journal = journal
        self._clock = clock
