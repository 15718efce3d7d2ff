"""Writing by difference: what embedded and remote stores have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from catalog_service.graph.default_graph import REPAIR
from catalog_service.graph.difference import fixed_changes, record_changes, state_lines
from catalog_service.graph.store import (
    CHECKPOINT,
    MARK,
    STATE_GRAPH,
    FixedGraph,
    GraphRecord,
)


class DifferenceWriter(ABC):
    """The writing half of a `GraphStore`, over a few reads and one update that a store has.

    ``fixed`` graphs are brought up to date by `bring_fixed`, and others removed; None leaves
    those that are held, until the next rebuild.
    """

    def __init__(self, fixed: Sequence[FixedGraph] | None) -> None:
        self._fixed = tuple(fixed or ())
        self._keeps_fixed = fixed is not None

    @abstractmethod
    def _state(self) -> Mapping[str, str]:
        """Return what the state graph says about the store, by predicate."""

    @abstractmethod
    def _fixed_hashes(self) -> Mapping[str, str]:
        """Return the noted hashes of the fixed graphs, by IRI."""

    @abstractmethod
    def _notes(self, iris: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Return the lines of the records' graph about each record."""

    @abstractmethod
    def _held(self, iris: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """Return the lines of each record's graph."""

    @abstractmethod
    def _update(self, update: str) -> None:
        """Run one SPARQL update request: all of it or nothing."""

    def checkpoint(self) -> int:
        """Return the journal number the store stands at; 0 for an empty store."""
        return int(self._state().get(CHECKPOINT, 0))

    def mark(self) -> str:
        """Return the mark beside the checkpoint; empty where there is none."""
        return self._state().get(MARK, "")

    def renew_fixed(self, fixed: Sequence[FixedGraph]) -> None:
        """Hold these fixed graphs from now on."""
        self._fixed = tuple(fixed)
        self.bring_fixed()

    def bring_fixed(self) -> None:
        """Bring the fixed graphs up to date."""
        if self._keeps_fixed:
            difference = fixed_changes(self._fixed, self._fixed_hashes())
            if difference:
                self._update(difference.update())

    def repair_default_graph(self) -> None:
        """Make the default graph hold each statement of the named graphs once, and no others."""
        self._update(REPAIR)

    def withdraw(self, iris: Sequence[str]) -> None:
        """Remove records, and nothing else, in one transaction."""
        difference = record_changes(
            [], iris, notes_of=self._notes, held_of=self._held, trusting=False
        )
        if difference:
            self._update(difference.update())

    def write(
        self,
        put: Sequence[GraphRecord],
        remove: Sequence[str],
        checkpoint: int,
        *,
        mark: str = "",
        trusting: bool = True,
    ) -> None:
        """Replace and remove records and move the checkpoint in one transaction."""
        difference = record_changes(
            put, remove, notes_of=self._notes, held_of=self._held, trusting=trusting
        )
        state = self._state()
        before = int(state.get(CHECKPOINT, 0))
        difference.graph(
            STATE_GRAPH,
            state_lines(before, state.get(MARK, "")) if before else [],
            state_lines(checkpoint, mark),
        )
        if difference:
            self._update(difference.update())
