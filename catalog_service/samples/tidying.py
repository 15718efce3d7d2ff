"""Ends what is left of samples that are to be public no longer, or not yet.

A sample ends with its dataset: once that is withdrawn, or open on conditions no longer, the sample
is withdrawn, and a new one is drawn should the dataset come back. And records of samples that were
withdrawn or given up end, where whoever did so was interrupted; so do those of samples that wait
for their release, where it was interrupted before its step was kept: to release such a sample again
brings the record back.
"""

from __future__ import annotations

from dataclasses import dataclass
from threading import Event
from typing import Final

import structlog

from catalog_service.acting import WORKER
from catalog_service.context import Service
from catalog_service.samples import stored
from catalog_service.samples.model import Sample, State
from catalog_service.samples.openness import is_conditional
from catalog_service.samples.records import sample_record
from catalog_service.samples.releasing import end_record
from catalog_service.samples.steps import demand_state, numbered, take_away, write_step
from ontology.errors import AtlasError

LOOK_EVERY: Final = 60.0
"""Seconds between two looks."""
_ENDED: Final = "数据集已不再有条件开放"
_LEFT: Final[dict[State, str]] = {
    "withdrawn": "样本已撤回",
    "discarded": "样本已放弃",
    "asked": "样本发布中断，尚未发布",
}
_NOT_PUBLIC: Final = frozenset(_LEFT)
"""States in which a sample has no public record, but while it is being released."""
_log = structlog.get_logger(__name__)


def tidy(atlas: Service) -> list[int]:
    """End what is to be public no longer; return the numbers of the samples.

    One that cannot be ended keeps none of the others; what hindered it is raised then.
    """
    with atlas.journal.reading_tables() as connection:
        last = stored.last_states(connection)
    released = sorted({one.dataset for one in last if one.state == "released"})
    records = atlas.journal.get_many(released)
    kept = {iri for iri, one in records.items() if is_conditional(one)}
    base = atlas.settings.base_iri
    own = {sample_record(base, one.source, one.number): one for one in last}
    public = atlas.journal.public_among(
        [iri for iri, one in own.items() if one.state in _NOT_PUBLIC]
    )
    left = {own[iri].number for iri in public}
    ended = {one.number for one in last if one.state == "released" and one.dataset not in kept}
    problem: AtlasError | None = None
    for number in sorted(left | ended):
        there = numbered(atlas, number)
        if number in ended and not _withdrawn(atlas, there):
            continue
        try:
            _end(atlas, there, _ENDED if number in ended else _LEFT[there.state])
        except AtlasError as error:
            problem = error
            continue
        # Of one that waits the file is still needed, and stays.
        take_away(atlas, there)
    if problem is not None:
        raise problem
    return sorted(left | ended)


def _end(atlas: Service, there: Sample, reason: str) -> None:
    """End a record, where nobody has released its sample meanwhile."""

    def is_not_released() -> None:
        demand_state(numbered(atlas, there.number), tuple(_NOT_PUBLIC))

    end_record(atlas, there, WORKER, reason, is_not_released)


def _withdrawn(atlas: Service, there: Sample) -> bool:
    with atlas.journal.writing_tables() as connection:
        (now,) = stored.samples_in(connection, number=there.number)
        if now.state == "released":
            write_step(atlas, connection, there, "withdrawn", WORKER, _ENDED)
        return now.state in ("released", "withdrawn")


@dataclass(slots=True)
class Tidying:
    """Tidies where a step or a record is new."""

    atlas: Service
    seen: tuple[int, int] | None = None

    def look(self) -> bool:
        """Tidy where that is due; tell whether it was."""
        head = self.atlas.journal.head()
        with self.atlas.journal.reading_tables() as connection:
            step = stored.last_step(connection)
        if (step, head) == self.seen:
            return False
        tidy(self.atlas)
        self.seen = (step, head)
        return True


def run(atlas: Service, stop: Event, *, look_every: float = LOOK_EVERY) -> None:
    """Look until ``stop`` is set."""
    work = Tidying(atlas)
    while True:
        try:
            work.look()
        except AtlasError as error:
            _log.warning("samples-not-tidied", error=error.code)
        if stop.wait(look_every):
            return
