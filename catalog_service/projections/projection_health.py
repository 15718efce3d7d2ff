"""How a projection really stands: what its readers find, not what its writer said last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from catalog_service.graph.errors import NO_SNAPSHOT
from catalog_service.projections.compare import Comparable
from catalog_service.projections.errors import PROJECTION_FOREIGN, PROJECTION_MISSING
from catalog_service.projections.protocol import Inspected
from catalog_service.projections.status import ProjectionStatus
from ontology.errors import AtlasError


class Journal(Protocol):
    """What of the journal is needed here."""

    def head(self) -> int:
        """Return the number of the last change; 0 for an empty journal."""
        ...

    def mark(self, seq: int) -> str:
        """Return what tells change ``seq`` of this journal from every other's."""
        ...


class Published(Comparable, Protocol):
    """What readers see of a projection."""

    def mark(self) -> str:
        """Return the mark beside the checkpoint; empty where there is none."""
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """One projection as its readers find it.

    ``reached`` is the last change that they see, 0 where they see nothing; ``head`` the end of
    the journal. ``problem`` says what is wrong with it and what to do: missing, damaged, of
    another journal, out of reach. ``status`` is what its writer said last.
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
        """Whether it was being built anew when its writer last spoke."""
        return self.status.rebuilding

    @property
    def well(self) -> bool:
        """Whether readers see everything, and nothing is wrong."""
        return self.problem is None and self.lag == 0


def look(
    name: str,
    open_published: Callable[[], Published],
    journal: Journal,
    status: ProjectionStatus | None,
) -> Condition:
    """Look at a projection as a reader does."""
    head = journal.head()
    said = status or ProjectionStatus(name)
    try:
        published = open_published()
        reached = published.checkpoint()
        if isinstance(published, Inspected):
            published.inspect(thorough=True)
        mark = published.mark() if reached else ""
    except AtlasError as error:
        # A catalogue without a change has nothing to be shown.
        nothing_yet = head == 0 and error.kind is NO_SNAPSHOT
        return Condition(name, 0, head, None if nothing_yet else error, said)
    problem = None
    if reached == 0 and head > 0:
        problem = AtlasError(PROJECTION_MISSING, name=name, head=head)
    elif reached and mark != journal.mark(reached):
        problem = AtlasError(PROJECTION_FOREIGN, name=name, seq=reached)
    return Condition(name, 0 if problem else reached, head, problem, said)
