"""What runs wait for, and what stewards decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import sqlalchemy as sa

from catalog_service.audit.service import Audit, Entry
from catalog_service.journal.codec import to_instant
from catalog_service.journal.schema import runs
from catalog_service.sources.errors import NOTHING_TO_DECIDE
from catalog_service.sources.harvests.harvest_tables import HarvestTables
from catalog_service.sources.harvests.model import BEING_DECIDED, HarvestRun
from catalog_service.sources.tables import harvests
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class Refusal:
    """A steward's decision that records which are no longer listed stay."""

    run: str
    """The run that had asked."""
    kept: frozenset[str]
    """Those of the records that are still not listed."""
    told: Mapping[str, Any]
    """``reason``, ``actor`` and ``time``."""

    def carried(self, gone: int, live: int) -> dict[str, Any]:
        """Return it as the decision on ``gone`` of ``live`` records of a later run."""
        return {"gone": gone, "live": live, "verdict": "refuse", **self.told, "earlier": self.run}


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

    def refusal(self, source: str) -> Refusal | None:
        """Return the refusal that holds for a source; None where the last verdict is no such one.

        A later run that asks, and is not answered, leaves it in force.
        """
        query = (
            sa.select(harvests.c.run, harvests.c.decision)
            .where(harvests.c.source == source, harvests.c.decision.is_not(None))
            .order_by(harvests.c.number.desc())
        )
        with self._journal.reading_tables() as connection:
            for run, text in connection.execute(query):
                found = orjson.loads(text)
                if "earlier" in found:
                    # One that was carried on: the records stand with the run that had asked.
                    return _refusal(connection, found["earlier"])
                if found.get("verdict") == "approve":
                    return None
                if found.get("verdict") == "refuse":
                    return _refusal(connection, run)
        return None

    def narrow_refusal(self, run: HarvestRun, refusal: Refusal, kept: Iterable[str]) -> None:
        """Keep of a refusal the records that the whole list still does not name.

        What it names again is no part of it any more, should it be gone another time. Raises
        ``harvest-lost``.
        """
        same = harvests.c.run == refusal.run
        with self._journal.writing_tables() as connection:
            self._update(connection, run, {})
            text = connection.execute(sa.select(harvests.c.decision).where(same)).scalar()
            found = {**orjson.loads(text or "{}"), "kept": sorted(kept)}
            connection.execute(
                harvests.update().where(same).values(decision=orjson.dumps(found).decode())
            )

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
            source = connection.execute(sa.select(runs.c.source).where(runs.c.id == run)).scalar()
            entry = Entry(
                "run.decide",
                f"run:{run}",
                source=source,
                reason=decision["reason"],
                details={"verdict": decision["verdict"]},
            )
            Audit(self._journal).append(connection, entry)


def _refusal(connection: sa.Connection, run: str) -> Refusal | None:
    """Return the refusal of a run; None for one of an earlier version, which named no records."""
    query = sa.select(harvests.c.decision).where(harvests.c.run == run)
    found = orjson.loads(connection.execute(query).scalar() or "{}")
    if "kept" not in found:
        return None
    told = {name: found[name] for name in ("reason", "actor", "time")}
    return Refusal(run, frozenset(found["kept"]), told)
