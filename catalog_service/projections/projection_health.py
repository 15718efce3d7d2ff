"""The health of a projection: what its readers find, not what its writer reported last."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from catalog_service.graph.errors import NO_SNAPSHOT
from catalog_service.projections.compare import Comparable
from catalog_service.projections.errors import PROJECTION_FOREIGN, PROJECTION_MISSING
from catalog_service.projections.protocol import Inspected, JournalReader
from catalog_service.projections.status import ProjectionStatus, read_status
from ontology.errors import AtlasError


class Published(Comparable, Protocol):
    """What readers see of a projection."""

    def mark(self) -> str:
        """Return the mark beside the checkpoint; empty where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class ProjectionHealth:
    """One projection as its readers find it.

    ``reached`` is the last change that they see, 0 where they see nothing; ``head`` the end of
    the journal. ``problem`` says what is wrong with it and what to do: missing, damaged, of
    another journal, out of reach. ``status`` is what its writer reported last.
    """

    name: str
    reached: int
    head: int
    problem: AtlasError | None
    status: ProjectionStatus

    @property
    def lag(self) -> int:
        """How many changes readers do not see."""
        return max(0, self.head - self.reached)

    @property
    def rebuilding(self) -> bool:
        """Whether a rebuild was running when its writer last reported."""
        return self.status.rebuilding

    @property
    def well(self) -> bool:
        """Whether readers see every change, and nothing is wrong."""
        return self.problem is None and self.lag == 0


def look(
    name: str,
    open_published: Callable[[], Published],
    journal: JournalReader,
    status: ProjectionStatus | None,
) -> ProjectionHealth:
    """Examine a projection as its readers see it."""
    head = journal.head()
    said = status or ProjectionStatus(name)
    try:
        published = open_published()
        reached = published.checkpoint()
        if isinstance(published, Inspected):
            published.inspect(thorough=True)
        mark = published.mark() if reached else ""
    except AtlasError as error:
        # An empty catalogue has nothing to show.
        nothing_yet = head == 0 and error.kind is NO_SNAPSHOT
        return ProjectionHealth(name, 0, head, None if nothing_yet else error, said)
    problem = None
    if reached == 0 and head > 0:
        problem = AtlasError(PROJECTION_MISSING, name=name, head=head)
    elif reached and mark != journal.mark(reached):
        problem = AtlasError(PROJECTION_FOREIGN, name=name, seq=reached)
    return ProjectionHealth(name, 0 if problem else reached, head, problem, said)


def look_at_all(
    names: Iterable[str],
    open_published: Callable[[str], Published],
    journal: JournalReader,
    home: Path,
) -> list[ProjectionHealth]:
    """Examine projections of a data folder as their readers see them."""
    status = read_status(home)
    said = {row.name: row for row in status.projections} if status is not None else {}
    return [look(name, partial(open_published, name), journal, said.get(name)) for name in names]
