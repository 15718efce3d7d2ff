"""What a steward is asked to remove: the records behind a run's question, while it waits.

Told are those that would become missing if the steward approved now: what a later visit listed
again is none of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catalog_service.accounts.service import Principal
from catalog_service.answers import Shown
from catalog_service.context import Service
from catalog_service.datasets.service import shown_titles
from catalog_service.journal.model import Run
from catalog_service.links import dataset_path
from catalog_service.sources.harvests.queries import harvest_state
from catalog_service.sources.harvests.store import HarvestStore
from ontology.languages import Texts

_RUNS: Final = 50
"""Runs before the one that waits in which new records are looked for."""

_COMPARED: Final = 2_000
"""Titles that are compared on either side: some 0.3 ms each."""


class WaitingRemoval(Shown):
    """A record that the list no longer names, and that stays until a steward decides."""

    remote_id: str
    title: Texts
    url: str


def waiting_removals(atlas: Service, run: Run) -> list[str]:
    """Return the identifiers of what a run asks to remove, in order; none where it asks nothing."""
    store = HarvestStore(atlas.journal, atlas.clock)
    question = store.decision(run.id)
    if question is None:
        return []
    if question.get("told", False):
        return sorted(store.told_gone(run.source))
    return store.unlisted(run.source, int(run.id.rpartition("-")[2]))


def told_removals(
    atlas: Service, run: Run, remote_ids: Sequence[str], principal: Principal | None
) -> list[WaitingRemoval]:
    """Return records to remove with their titles."""
    titles = shown_titles(atlas, [(run.source, one) for one in remote_ids], principal)
    return [
        WaitingRemoval(
            remote_id=one,
            title=titles.get((run.source, one), {}),
            url=atlas.settings.public_url + dataset_path(run.source, one),
        )
        for one in remote_ids
    ]


def renumbered(
    atlas: Service, run: Run, remote_ids: Sequence[str], principal: Principal | None
) -> int:
    """Return how many new records bear the title of one that is to be removed.

    New are those that came with the run, or since the whole walk before it. Of many records the
    first 2,000 are compared.
    """
    if not remote_ids:
        return 0
    removed = _titles(atlas, run.source, remote_ids[:_COMPARED], principal)
    known = {text for title in removed for text in title.values()}
    created = _created(atlas, run)
    new = _titles(atlas, run.source, created[:_COMPARED], principal)
    return sum(not known.isdisjoint(title.values()) for title in new)


def _titles(
    atlas: Service, source: str, remote_ids: Sequence[str], principal: Principal | None
) -> list[Texts]:
    return list(shown_titles(atlas, [(source, one) for one in remote_ids], principal).values())


def _created(atlas: Service, run: Run) -> list[str]:
    """Return what came new with a run, and with those before it back to the last whole walk."""
    journal, found = atlas.journal, []
    for one in (run, *journal.runs(run.source, _RUNS, before=run.id)):
        state = harvest_state(journal, one.id)
        if one.id != run.id and state is not None and state.full and one.status == "done":
            break
        numbers = journal.numbers_between(one.started, one.finished or atlas.clock.now())
        changes = journal.run_changes(one.id, numbers, limit=_COMPARED, kinds=("created",))
        found += [change.remote_id for change in changes]
    return found
