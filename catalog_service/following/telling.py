"""Tells followers what is new: on the pages, and by mail as each of them chose.

Many changes of one harvest are told together, once it is over. What is told to somebody and how far
they were told is written in one transaction.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Final

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.following.model import Follow, How, News, Target
from catalog_service.following.naming import NEWS
from catalog_service.following.stored_follows import behind, change_told, targets_to_tell
from catalog_service.following.stored_news import counts_between, news_between, runs_between
from catalog_service.following.subjects import identifier_of, name_of, path_of, public_title
from catalog_service.following.wording import said, summed
from catalog_service.notices.service import Notice, PersonalNotices
from catalog_service.participation.service import asker_of
from translations import LANGUAGES, translator

AT_ONCE: Final = 200
"""Followers that are told in one transaction."""
LONGEST_RUN: Final = timedelta(hours=6)
"""After which the news of a harvest are told though it still runs."""
_MOST_SAID: Final = 5
"""Changes of one dataset that one notice tells of."""
_MOST_READ: Final = 50


@dataclass(frozen=True, slots=True)
class Told:
    """A notice of news, and the case whose asker it is nothing new to."""

    notice: Notice
    asker: str | None = None


def tell(atlas: Service) -> int:
    """Tell everybody who was not told all; return how many notices that were."""
    with atlas.journal.reading_tables() as connection:
        targets = targets_to_tell(connection)
    running = frozenset(one.id for one in atlas.journal.runs(status="running", limit=1_000))
    return sum(_tell_of(atlas, target, running) for target in targets)


def _tell_of(atlas: Service, target: Target, running: frozenset[str]) -> int:
    count = 0
    while True:
        with atlas.journal.reading_tables() as connection:
            some = behind(connection, target, target.last, AT_ONCE)
            until = _until(atlas, connection, target, some, running)
        some = [one for one in some if one.told < until]
        if not some:
            return count
        parts = [
            (told, how, list(group), _notice(atlas, target, told, until))
            for (told, how), group in groupby(sorted(some, key=_alike), key=_alike)
        ]
        count += _write(atlas, target, until, parts)


def _alike(follow: Follow) -> tuple[int, How]:
    return follow.told, follow.how


_Part = tuple[int, How, list[Follow], Told | None]


def _write(atlas: Service, target: Target, until: int, parts: Sequence[_Part]) -> int:
    personal, count = PersonalNotices(atlas.journal), 0
    with atlas.journal.writing_tables() as connection:
        for before, how, group, told in parts:
            # Those whom another process told meanwhile, or who chose otherwise, are left out.
            persons = change_told(
                connection, target.id, [one.person for one in group], how, before, until
            )
            if told is not None:
                whom = [one for one in persons if one != told.asker]
                personal.tell(connection, told.notice, whom, how)
                count += len(whom)
    return count


def _until(
    atlas: Service,
    connection: sa.Connection,
    target: Target,
    some: Sequence[Follow],
    running: frozenset[str],
) -> int:
    """Return the number up to which is told: not into a harvest that still runs."""
    if not some or not running:
        return target.last
    runs = runs_between(connection, target.id, min(one.told for one in some), target.last)
    oldest = atlas.clock.now() - LONGEST_RUN
    held = [first for run, (first, time) in runs.items() if run in running and time > oldest]
    return min(held) - 1 if held else target.last


def _notice(atlas: Service, target: Target, after: int, until: int) -> Told | None:
    if target.kind == "dataset":
        return _of_dataset(atlas, target, after, until)
    with atlas.journal.reading_tables() as connection:
        counts = counts_between(connection, target.id, after, until)
    what = {lang: summed(counts, lang) for lang in LANGUAGES}
    if not all(what.values()):
        # All of it was deleted since.
        return None
    followed = name_of(atlas, target.kind, target.value)
    data = {"followed": dict(followed), "what": what}
    return Told(Notice("follow.news", data, path=f"{NEWS}?target={target.id}"))


def _of_dataset(atlas: Service, target: Target, after: int, until: int) -> Told | None:
    with atlas.journal.reading_tables() as connection:
        found = news_between(connection, target.id, after, until, _MOST_READ)
    news = list(_since_last_end(found))
    path = path_of(atlas, target.kind, target.value)
    title = None if news and news[0].kind == "ended" else public_title(atlas, target.value)
    if not news:
        return None
    if title is None:
        # It was closed since, where its end is not read yet: that is told in its turn.
        if news[0].kind != "ended":
            return None
        name = identifier_of(atlas, target.value)
        return Told(Notice("follow.ended", {"name": name}, target.value, path))
    what = {}
    for lang in LANGUAGES:
        parts = list(dict.fromkeys(said(one, lang) for one in reversed(news)))
        what[lang] = translator(lang).pgettext("list", "; ").join(parts[-_MOST_SAID:])
    asker = None
    if len(news) == 1 and news[0].kind == "corrected":
        # Who brought the case up is told of its steps.
        asker = asker_of(atlas, news[0].details["case"])
    data = {"title": title, "what": what}
    return Told(Notice("follow.dataset", data, target.value, path), asker)


def _since_last_end(news: Sequence[News]) -> Iterator[News]:
    """Yield news, the newest first, up to and with what it begins with: an end ends the past."""
    for at, one in enumerate(news):
        if one.kind == "ended" and at:
            return
        yield one
        if one.kind == "ended":
            return
