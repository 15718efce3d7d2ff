"""The vocabulary in force: as it was shipped, with the concepts and links released since."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Final

from catalog_service.accounts.service import OrganizationLinks, link_steps
from catalog_service.clock import Clock
from catalog_service.journal import Journal
from catalog_service.vocabulary_work.concepts import (
    SchemeVersion,
    newest,
    released_changes,
    versions,
)
from catalog_service.vocabulary_work.link_turtle import turtle
from ontology.concepts import Scheme
from ontology.released_concepts import with_changes
from ontology.vocabulary import Vocabulary

LOOK_EVERY: Final = 1.0
"""Seconds between two looks whether something was released, by whatever process."""


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
        self._looked: float | None = None
        self._known = (0, 0)
        self._made = shipped
        self._versions: Mapping[str, Sequence[SchemeVersion]] = {}

    def current(self) -> Vocabulary:
        """Return the vocabulary in force: the same object until something is released."""
        with self._lock:
            now = self._monotonic()
            if self._looked is None or now - self._looked >= LOOK_EVERY:
                self._look()
                self._looked = now
            return self._made

    def fresh(self) -> Vocabulary:
        """Return the vocabulary in force as it is this moment."""
        self.look_again()
        return self.current()

    def history(self, scheme: str) -> Sequence[SchemeVersion]:
        """Return the versions of a scheme since it was shipped, the first one first."""
        self.current()
        return self._versions.get(scheme, ())

    def look_again(self) -> None:
        """Forget when it was last looked: this process has released something itself."""
        self._looked = None

    def _look(self) -> None:
        with self._journal.reading_tables() as connection:
            steps = link_steps(connection)
            known = (newest(connection), len(steps))
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
