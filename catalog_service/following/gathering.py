"""Follows the journal: what changes of public records mean to who follows something.

In bounded steps. The news of a step and how far the journal was read are written in one
transaction, so that a process that dies leaves neither without the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl

from catalog_service.context import Service
from catalog_service.discovery.service import read_search
from catalog_service.following.comparing import changed
from catalog_service.following.model import NewNews, NewsKind, Target
from catalog_service.following.stored_follows import (
    first_begun,
    pass_over,
    targets_among,
    targets_of_kind,
)
from catalog_service.following.stored_news import add_news, forget_past
from catalog_service.journal.model import Change, version_of
from catalog_service.notices.service import forget_notices, last_told, note_told
from catalog_service.stored_records import title_of
from ontology.errors import AtlasError
from ontology.record import Record
from search.index.concepts import ConceptIndex
from search.index.from_record import document_of

STEP: Final = 500
"""Changes of the journal that are read at a time."""
CURSOR: Final = "following:journal"
_CHANGE: Final = "change:"
"""Before the number of a change, in what news come from."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A change that decided what is public of a record, with the public version before it."""

    change: Change
    kind: NewsKind
    now: Record | None
    before: Record | None


def gather(atlas: Service, step: int = STEP) -> int | None:
    """Read one step of the journal and keep its news; return how many there are, None at its end.

    Raises as the journal and the index do.
    """
    journal = atlas.journal
    with journal.reading_tables() as connection:
        found = last_told(connection, CURSOR)
        first = first_begun(connection)
        searches = targets_of_kind(connection, "search")
    head = journal.head()
    if first is None or found is None:
        # What came before anybody followed anything is no news.
        if found is None or found[0] < head:
            _move(atlas, found, head if first is None else first)
        return None if first is None else 0
    cursor, until = found[0], head
    if searches:
        # A search is asked of the index: not before it shows what is told.
        until = min(until, atlas.index.checkpoint())
    changes = [one for one in journal.changes_after(cursor, step) if one.seq <= until]
    if not changes:
        return None
    turns = list(_turns(atlas, changes))
    ended = {one.change.iri: one.change.seq for one in turns if one.kind == "ended"}
    told = [one for one in turns if one.change.seq >= ended.get(one.change.iri, 0)]
    news = list(_news(atlas, told, searches))
    return _keep(atlas, cursor, changes[-1].seq, news, ended)


def _keep(
    atlas: Service, cursor: int, last: int, news: Sequence[NewNews], ended: Iterable[str]
) -> int:
    now = atlas.clock.now()
    with atlas.journal.writing_tables() as connection:
        found = last_told(connection, CURSOR)
        if found is None or found[0] != cursor:
            # Another process read them meanwhile.
            return 0
        for iri in ended:
            # A record that was closed takes its past with it.
            forget_past(connection, iri)
            forget_notices(connection, "follow.dataset", iri)
        numbers: dict[int, list[tuple[int, int]]] = {}
        for number, one in add_news(connection, news, now):
            change = int(one.origin.removeprefix(_CHANGE))
            numbers.setdefault(one.target, []).append((change, number))
        pass_over(connection, cursor, numbers)
        note_told(connection, CURSOR, last, now)
    return len(news)


def _move(atlas: Service, found: tuple[int, datetime] | None, to: int) -> None:
    with atlas.journal.writing_tables() as connection:
        if last_told(connection, CURSOR) == found:
            note_told(connection, CURSOR, to, atlas.clock.now())


def _turns(atlas: Service, changes: Sequence[Change]) -> Iterator[Turn]:
    """Yield those changes that the public can tell from what was before."""
    deciding = [one for one in changes if one.kind != "held"]
    history = atlas.journal.decisions_of([one.iri for one in deciding])
    before: dict[int, int | None] = {}
    wanted: set[int] = set()
    for one in deciding:
        earlier = [turn for turn in history.get(one.iri, ()) if turn.seq < one.seq]
        was_public = bool(earlier) and earlier[-1].public
        before[one.seq] = earlier[-1].seq if was_public else None
        if was_public:
            wanted.add(earlier[-1].seq)
    versions = atlas.journal.changes_by_number(sorted(wanted))
    for one in deciding:
        number = before[one.seq]
        past = None if number is None else versions.get(number)
        was = None if past is None else version_of(past)
        if not one.public:
            if number is not None:
                yield Turn(one, "ended", None, was)
        else:
            yield Turn(one, "new" if number is None else "changed", version_of(one), was)


def _news(atlas: Service, turns: Sequence[Turn], searches: Sequence[Target]) -> Iterator[NewNews]:
    told = [(one, details) for one in turns if (details := _details(one)) is not None]
    if not told:
        return
    facets = _facets(atlas, [one for one, _ in told])
    with atlas.journal.reading_tables() as connection:
        datasets = targets_among(connection, "dataset", (one.change.iri for one, _ in told))
        publishers = targets_among(connection, "organization", _all(facets, "publisher"))
        topics = targets_among(connection, "topic", _all(facets, "theme"))
    found = _found_by(atlas, searches, [one.change.iri for one, _ in told if one.kind == "new"])
    for one, details in told:
        own = facets[one.change.seq]
        wanted = [
            *(datasets.get(one.change.iri),),
            *(publishers.get(iri) for iri in own["publisher"]),
            *(topics.get(iri) for iri in own["theme"]),
            *(found.get(one.change.iri, ()) if one.kind == "new" else ()),
        ]
        for target in wanted:
            if target is not None:
                yield _piece(one, target, details)


def _piece(turn: Turn, target: Target, details: Mapping[str, Any]) -> NewNews:
    change = turn.change
    return NewNews(
        target.id,
        f"{_CHANGE}{change.seq}",
        change.iri,
        turn.kind,
        details,
        change.run,
        change.time,
    )


def _details(turn: Turn) -> dict[str, Any] | None:
    """Return what is kept of a change; None: nothing that anybody must know."""
    if turn.kind == "ended":
        # That it was public is known; what it held is nobody's business any more.
        return {}
    if turn.now is None:
        return None
    title = {"title": title_of(turn.now)}
    if turn.kind == "new" or turn.before is None:
        return title
    found = changed(turn.before.nquads, turn.now.nquads, turn.now.focus)
    return None if found is None else {**title, **found}


def _facets(atlas: Service, turns: Sequence[Turn]) -> dict[int, dict[str, tuple[str, ...]]]:
    """Return the publishers and topics that a change concerns, before or after it."""
    concepts, found = ConceptIndex(atlas.vocabulary), {}
    for one in turns:
        documents = [
            document_of(record, concepts) for record in (one.now, one.before) if record is not None
        ]
        found[one.change.seq] = {
            name: tuple(dict.fromkeys(iri for d in documents for iri in d.facets.get(name, ())))
            for name in ("publisher", "theme")
        }
    return found


def _all(facets: Mapping[int, Mapping[str, Sequence[str]]], name: str) -> Iterable[str]:
    return (iri for one in facets.values() for iri in one[name])


def _found_by(
    atlas: Service, searches: Sequence[Target], iris: Sequence[str]
) -> dict[str, list[Target]]:
    """Return by which followed searches each of some new datasets is found."""
    found: dict[str, list[Target]] = {}
    if not iris:
        return found
    for target in searches:
        try:
            query = read_search(parse_qsl(target.value))
        except AtlasError:
            # A filter that the catalogue no longer has finds nothing.
            continue
        for iri in atlas.search.among(query, iris):
            found.setdefault(iri, []).append(target)
    return found
