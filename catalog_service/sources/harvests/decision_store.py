"""What runs wait for, and what stewards decided."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from catalog_service.journal.codec import to_instant
from catalog_service.journal.schema import runs
from catalog_service.sources.errors import NOTHING_TO_DECIDE
from catalog_service.sources.harvests.harvest_tables import HarvestTables
from catalog_service.sources.harvests.model import BEING_DECIDED
from catalog_service.sources.tables import harvests
from ontology.errors import AtlasError


class DecisionStore(HarvestTables):
    """The questions of runs."""

    def decision(self, run: str) -> Mapping[str, Any] | None:
        """Return what a run waits for, None where it waits for nothing."""
        with self._journal.reading_tables() as connection:
            text = connection.execute(
                sa.select(harvests.c.decision)
                .join(runs, runs.c.id == harvests.c.run)
                .where(harvests.c.run == run, runs.c.status == "waiting")
            ).scalar()
        return None if text is None else orjson.loads(text)

    def claim(self, run: str) -> datetime:
        """Take the decision of a run that waits, which nobody else can take then.

        Returns when the run ended; raises ``nothing-to-decide``. A process that dies before
        `settle` leaves the rest to the next whole walk, which asks anew.
        """
        with self._journal.writing_tables("runs") as connection:
            taken = connection.execute(
                runs.update()
                .where(runs.c.id == run, runs.c.status == "waiting")
                .values(status="done", message=BEING_DECIDED)
            )
            if not taken.rowcount:
                raise AtlasError(NOTHING_TO_DECIDE, run=run)
            finished = connection.execute(
                sa.select(runs.c.finished).where(runs.c.id == run)
            ).scalar_one()
        return to_instant(finished)

    def give_back(
        self,
        run: str,
        counters: Mapping[str, int],
        question: Mapping[str, Any],
        message: str | None,
    ) -> None:
        """Let a run wait again whose decision was claimed and could not be carried out."""
        with self._journal.writing_tables("runs") as connection:
            given = connection.execute(
                runs.update()
                .where(runs.c.id == run, runs.c.status == "done", runs.c.message == BEING_DECIDED)
                .values(
                    status="waiting",
                    counters=orjson.dumps(dict(counters)).decode(),
                    message=message,
                )
            )
            if given.rowcount:
                connection.execute(
                    harvests.update()
                    .where(harvests.c.run == run)
                    .values(decision=orjson.dumps(question).decode())
                )

    def settle(self, run: str, counters: Mapping[str, int], decision: Mapping[str, Any]) -> None:
        """End a run that waited, after its decision, which is kept with the question."""
        with self._journal.writing_tables("runs") as connection:
            connection.execute(
                harvests.update()
                .where(harvests.c.run == run)
                .values(decision=orjson.dumps(decision).decode())
            )
            connection.execute(
                runs.update()
                .where(runs.c.id == run)
                .values(
                    status="done",
                    counters=orjson.dumps(dict(counters)).decode(),
                    message=decision["verdict"],
                )
            )
