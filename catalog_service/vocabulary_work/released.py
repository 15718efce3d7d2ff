"""The vocabulary in force: as it was shipped, with the concepts and links released since."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Final

import structlog

from catalog_service.accounts.service import OrganizationLinks, link_steps
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.vocabulary_work.concepts import (
    CHANGING,
    SchemeVersion,
    newest,
    released_changes,
    versions,
)
from catalog_service.vocabulary_work.link_turtle import turtle
from ontology.concepts import Scheme
from ontology.errors import AtlasError
from ontology.released_concepts import with_changes
from ontology.vocabulary import Vocabulary

LOOK_EVERY: Final = 1.0
"""Seconds between two looks whether something was released, by whatever process."""
PATIENCE: Final = 0.2
"""Seconds that one waits while another thread looks."""
AGAIN_AFTER: Final = 10.0
"""Seconds until the next look where the journal could not be read."""

_log = structlog.get_logger(__name__)


class ReleasedVocabulary:
    """The vocabulary in force; safe to share between threads."""

    def __init__(
        self,
        journal: Journal,
        clock: Clock,
        shipped: Vocabulary,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._journal = journal
        self._links = OrganizationLinks(journal, clock)
        self._shipped = shipped
        self._monotonic = monotonic
        self._lock = Lock()
        self._look_at = 0.0
        self._wanted = self._seen = 0
        """How often this process released something itself, and how much of it is in force."""
        self._first = True
        self._known = (0, 0)
        self._made = shipped
        self._versions: Mapping[str, Sequence[SchemeVersion]] = {}

    def current(self) -> Vocabulary:
        """Return the vocabulary in force: the same object until something is released.

        Where the journal cannot be read, the one that was in force last: what is public can still
        be read. While another thread looks nobody waits for long, but for what this process
        released itself.
        """
        must = self._first or self._seen != self._wanted
        if not must and self._monotonic() < self._look_at:
            return self._made
        if self._lock.acquire(timeout=-1 if must else PATIENCE):
            try:
                if must or self._monotonic() >= self._look_at:
                    self._look_at = self._monotonic() + LOOK_EVERY
                    self._look()
            except AtlasError as error:
                self._look_at = self._monotonic() + AGAIN_AFTER
                self._seen = self._wanted
                _log.warning("vocabulary-not-looked-at", error=str(error))
            finally:
                self._first = False
                self._lock.release()
        return self._made

    def fresh(self) -> Vocabulary:
        """Return the vocabulary in force as it is this moment; raises what the journal does."""
        with self._lock:
            self._look()
            return self._made

    def history(self, scheme: str) -> Sequence[SchemeVersion]:
        """Return the versions of a scheme since it was shipped, the first one first."""
        self.current()
        return self._versions.get(scheme, ())

    def once_renamed(self) -> set[str]:
        """Return the concepts that ever had another name than they were shipped with."""
        self.current()
        steps = (step for told in self._versions.values() for step in told)
        return {
            step.change.concept
            for step in steps
            if step.change is not None and step.change.kind == "name"
        }

    def look_again(self) -> None:
        """Have whoever asks next look: this process has released something itself."""
        self._wanted += 1

    def _look(self) -> None:
        wanted = self._wanted
        self._read()
        self._seen = wanted

    def _read(self) -> None:
        with self._journal.reading_tables() as connection:
            steps = link_steps(connection)
            known = (newest(connection), len([kind for _, kind, _ in steps if kind in CHANGING]))
            if known == self._known:
                return
            changes = released_changes(connection)
            links = self._links.all()
            found = versions(connection, links, steps)
        said = turtle(one for one in links if one.state == "released")
        made = {
            scheme: with_changes(
                self._shipped.graph_turtle(_scheme(scheme)).encode(),
                _scheme(scheme),
                [one for one in changes if one.scheme == scheme],
                said if scheme == "organization" else "",
                told[-1].number,
                told[-1].day,
            )
            for scheme, told in found.items()
        }
        self._versions = found
        self._made = self._shipped.with_turtle(made) if made else self._shipped
        self._known = known


def _scheme(name: str) -> Scheme:
    return name  # type: ignore[return-value]  # the journal keeps names of schemes only
