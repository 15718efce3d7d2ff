"""Edits of the thesaurus: proposing, trying on searches, releasing, undoing."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from catalog_service.accounts.service import Action, Principal, still
from catalog_service.context import Service
from catalog_service.evaluation.service import judgements_of
from catalog_service.proposals import Within
from catalog_service.search_log.service import counted
from catalog_service.thesaurus_work.edits import ThesaurusEdits
from catalog_service.thesaurus_work.errors import (
    NO_SUCH_ENTRY,
    WORD_IS_NOT_THERE,
    WORD_IS_THERE,
)
from catalog_service.thesaurus_work.model import Draft, Edit
from catalog_service.thesaurus_work.released_file import entries_with, with_edits, write
from ontology.errors import AtlasError
from search.analysis.normalization import normal
from search.model import Hit, Query
from search.service import SearchService
from search.thesaurus import Entry, Thesaurus, Word
from search.thesaurus.checks import Finding, findings
from search.thesaurus.preview import SHOWN, SearchChange, compare
from search.thesaurus.writing import entry_of

if TYPE_CHECKING:
    import sqlalchemy as sa

JUDGED: Final = 40
"""Judged searches that a preview asks."""
ASKED: Final = 40
"""Most asked searches that a preview asks."""
NEAREST: Final = 5
"""Official terms that are named where one is not known."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an edit would do to searches; nothing was changed."""

    draft: Draft
    changes: tuple[SearchChange, ...]
    """The searches that would change, in the order in which they were asked."""
    asked: int
    """Searches that were asked before and after."""
    judged: int
    often: int
    """How many of them are judged, and how many are asked most."""
    findings: tuple[Finding, ...]
    """What `search.thesaurus.checks` finds then and does not find now."""


def edits_of(atlas: Service) -> ThesaurusEdits:
    """Return the edits."""
    return ThesaurusEdits(atlas.journal, atlas.clock)


def may_release(principal: Principal) -> bool:
    """Tell whether somebody may release, refuse and undo edits."""
    return principal.may(Action.THESAURUS_EDIT, None)


def look_ahead(atlas: Service, draft: Draft) -> Preview:
    """Return what an edit would do to judged and most asked searches, and to its own words.

    Raises as `propose` does.
    """
    released = _released(atlas)
    before = with_edits(atlas, released)
    _check(draft, before.entries)
    after = with_edits(atlas, [*released, draft])
    judged = list(dict.fromkeys(one.query for one in judgements_of(atlas).standing()))[:JUDGED]
    often = _most_asked(atlas)
    texts = list(dict.fromkeys([draft.word, draft.official, *judged, *often]))
    changes = compare(texts, _searching(atlas, before), _searching(atlas, after))
    known = set(findings(before.entries))
    return Preview(
        draft,
        tuple(change for change in changes if change.changed),
        len(changes),
        len(judged),
        len(often),
        tuple(one for one in findings(after.entries) if one not in known),
    )


def propose(atlas: Service, principal: Principal, draft: Draft) -> Edit:
    """Add an edit; whoever may edit the thesaurus releases it with that.

    Raises ``thesaurus-no-such-entry``, ``thesaurus-word-is-there``,
    ``thesaurus-word-is-not-there``, ``thesaurus-edit-waits``.
    """
    fitting = _fitting(atlas, draft)
    edit = edits_of(atlas).propose(draft, principal.actor, fitting)
    return release(atlas, principal, edit.number, draft.reason) if may_release(principal) else edit


def release(atlas: Service, principal: Principal, number: int, reason: str) -> Edit:
    """Release an edit that waits: searches use it within a second."""
    again = still(principal, _demand)
    edits = edits_of(atlas)
    draft = edits.get(number).draft
    fitting = _fitting(atlas, draft, whole=True)

    def allow(connection: sa.Connection) -> None:
        again()
        fitting(connection)

    edit = edits.move(number, "released", actor=principal.actor, reason=reason, allow=allow)
    keep_file(atlas)
    return edit


def refuse(atlas: Service, principal: Principal, number: int, reason: str) -> Edit:
    """Refuse an edit that waits, or take one's own back."""
    edits = edits_of(atlas)
    if edits.get(number).proposed.actor != principal.actor:
        principal.require(Action.THESAURUS_EDIT, None)
    return edits.move(number, "refused", actor=principal.actor, reason=reason)


def undo(atlas: Service, principal: Principal, number: int, reason: str) -> Edit:
    """End an edit that is in force: searches do without it within a second."""
    again = still(principal, _demand)
    edit = edits_of(atlas).move(number, "undone", actor=principal.actor, reason=reason, allow=again)
    keep_file(atlas)
    return edit


def keep_file(atlas: Service) -> bool:
    """Bring the file of released edits up to date; tell whether it differed."""
    return write(atlas, _released(atlas))


def _demand(principal: Principal) -> None:
    principal.require(Action.THESAURUS_EDIT, None)


def _fitting(atlas: Service, draft: Draft, *, whole: bool = False) -> Within:
    """Demand that an edit fits what is released; return what demands it as it is written.

    ``whole``: with it the thesaurus must be one that can be read. To read it takes a while, in
    which others would wait: as an edit is written it is read again only where an edit moved since.
    """

    def demand() -> int:
        version = edits_of(atlas).version()
        released = _released(atlas)
        _check(draft, entries_with(atlas, released))
        if whole:
            entries_with(atlas, [*released, draft])
        return version

    seen = demand()

    def again(_: sa.Connection) -> None:
        if edits_of(atlas).version() != seen:
            demand()

    return again


def _released(atlas: Service) -> list[Draft]:
    return [edit.draft for edit in edits_of(atlas).all("released")]


def _check(draft: Draft, entries: Sequence[Entry]) -> None:
    """Raise where an edit names what is not there, or what is there already."""
    entry = entry_of(draft.official, entries)
    if entry is None:
        if draft.change == "add" and draft.new:
            return
        terms = [term for one in entries for term in one.official]
        near = difflib.get_close_matches(draft.official, terms, NEAREST, 0.4)
        raise AtlasError(NO_SUCH_ENTRY, official=draft.official, nearest="、".join(near) or "–")
    word = _word(entry.words, draft.word)
    if draft.change == "take":
        if word is None:
            raise AtlasError(WORD_IS_NOT_THERE, word=draft.word, official=draft.official)
    elif word is not None and (word.kind, word.weight) == (draft.kind, draft.weight):
        raise AtlasError(WORD_IS_THERE, word=draft.word, official=draft.official)


def _word(words: Sequence[Word], text: str) -> Word | None:
    return next((word for word in words if normal(word.text) == normal(text)), None)


def _most_asked(atlas: Service) -> list[str]:
    """Return the searches with most networks behind them, of what the log of searches counted."""
    counts: Counter[str] = Counter()
    for click in counted(atlas).clicks:
        counts[click.query] += click.networks
    return [query for query, _ in counts.most_common(ASKED)]


def _searching(atlas: Service, thesaurus: Thesaurus) -> Callable[[str], Sequence[Hit]]:
    """Search by words with a thesaurus of one's own."""
    search = SearchService(atlas.index, lambda: thesaurus, today=atlas.clock.today)
    return lambda text: search.search(Query(text=text, limit=SHOWN, facets=False)).hits
