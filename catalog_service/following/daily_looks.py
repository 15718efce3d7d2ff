"""What becomes true by a day alone: datasets that are late, and what is announced of them.

Looked at once a day, for those datasets that somebody follows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from catalog_service.context import Service
from catalog_service.dataset_notes import NotesOf, notes_of
from catalog_service.following.model import NewNews, Target
from catalog_service.following.stored_follows import targets_of_kind
from catalog_service.following.stored_news import add_news
from catalog_service.notices.service import last_told, note_told
from ontology.freshness import judge
from ontology.terms import VOCAB
from search.index.payload import StoredDocument

CURSOR: Final = "following:day"
_FREQUENCY: Final = f"{VOCAB}frequency/"


def look(atlas: Service, notes: Sequence[NotesOf] = ()) -> int | None:
    """Keep the news of today; return how many there are, None where it was done before.

    ``notes`` is what the rooms note of datasets: what warns of a day to come is announced.
    """
    today = atlas.clock.today()
    with atlas.journal.reading_tables() as connection:
        found = last_told(connection, CURSOR)
        targets = targets_of_kind(connection, "dataset")
    if found is not None and found[0] >= today.toordinal():
        return None
    since = today if found is None else date.fromordinal(found[0])
    news = [*_late(atlas, targets, since, today), *_announced(atlas, targets, notes)]
    now = atlas.clock.now()
    with atlas.journal.writing_tables() as connection:
        if last_told(connection, CURSOR) != found:
            return 0
        count = len(add_news(connection, news, now))
        note_told(connection, CURSOR, today.toordinal(), now)
    return count


def _late(atlas: Service, targets: Sequence[Target], since: date, today: date) -> Iterator[NewNews]:
    """Yield those datasets that have become late since a day."""
    view = atlas.index.view()
    if view is None:
        return
    for target in targets:
        found = view.get(target.value)
        if found is None or not _is_late(found, today) or _is_late(found, since):
            continue
        yield NewNews(
            target.id,
            f"late:{found.iri}:{found.modified}",
            found.iri,
            "late",
            {"title": found.title, "modified": found.modified},
            None,
            atlas.clock.now(),
        )


def _is_late(found: StoredDocument, day: date) -> bool:
    frequency = next(iter(found.facets.get("frequency", ())), "")
    return judge(found.modified, frequency.removeprefix(_FREQUENCY), day).verdict == "late"


def _announced(
    atlas: Service, targets: Sequence[Target], found_by: Sequence[NotesOf]
) -> Iterator[NewNews]:
    """Yield what is announced of datasets: that they will be restricted or withdrawn, say."""
    today = atlas.clock.today()
    public = atlas.journal.public_among([one.value for one in targets])
    for target in targets:
        if target.value not in public:
            continue
        for note in notes_of(found_by, atlas, target.value):
            if not note.alert or note.day is None or note.day < today:
                continue
            told = "\n".join((note.kind, note.path, str(note.day), *sorted(note.text.values())))
            digest = hashlib.blake2b(told.encode(), digest_size=12).hexdigest()
            yield NewNews(
                target.id,
                f"announced:{target.id}:{digest}",
                target.value,
                "announced",
                {"text": dict(note.text), "path": note.path},
                None,
                atlas.clock.now(),
            )
