"""News as people read them, on pages and in feeds: the newest first, those of a harvest together.

What a piece of news says of a dataset is shown as long as everybody may read that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalog_service.context import Service
from catalog_service.following.model import News, Target
from catalog_service.following.stored_follows import follows_of
from catalog_service.following.stored_news import Counts, news_of_person
from catalog_service.following.subjects import identifier_of, name_of, path_of
from catalog_service.following.wording import said, summed
from translations import Lang

MOST: Final = 50
"""Entries that are shown."""
_READ: Final = 1_000
_TOGETHER: Final = 3
"""News of one harvest from which on they are told by their number."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to read."""

    id: str
    """The same as long as it is shown."""
    title: str
    text: str
    path: str
    time: datetime
    followed: Target


def news_of(atlas: Service, person: str, lang: Lang, target: int | None = None) -> list[Entry]:
    """Return the news of what a person follows, each once, or of one thing of it."""
    with atlas.journal.reading_tables() as connection:
        targets = {one.target.id: one.target for one in follows_of(connection, person)}
        found = news_of_person(connection, person, _READ, target)
    if target is None:
        found = _once(found, targets)
    public = atlas.journal.public_among(list({one.subject for one in found}))
    groups: dict[str, list[News]] = {}
    for one in found:
        if one.kind != "ended" and one.subject not in public:
            continue
        alone = one.run is None or targets[one.target].kind == "dataset"
        own = one.origin if alone else f"run:{one.run}"
        groups.setdefault(f"{one.target}:{own}", []).append(one)
    entries: list[Entry] = []
    names: dict[int, str] = {}
    for key, news in groups.items():
        followed = targets[news[0].target]
        if len(news) >= _TOGETHER:
            if followed.id not in names:
                names[followed.id] = name_of(atlas, followed.kind, followed.value)[lang]
            entries.append(_together(atlas, key, followed, names[followed.id], news, lang))
        else:
            entries += [_alone(atlas, followed, one, public, lang) for one in news]
        if len(entries) >= MOST:
            break
    return sorted(entries[:MOST], key=lambda one: (one.time, one.id), reverse=True)


def _once(found: list[News], targets: Mapping[int, Target]) -> list[News]:
    """Return each piece of news once, though it concerns several things that a person follows.

    That of the dataset itself before that of an organization, which is told by numbers.
    """
    chosen: dict[tuple[str, str], News] = {}
    for one in found:
        key = (one.subject, one.origin)
        if key not in chosen or targets[one.target].kind == "dataset":
            chosen[key] = one
    return sorted(chosen.values(), key=lambda one: one.number, reverse=True)


def _alone(
    atlas: Service, followed: Target, news: News, public: Mapping[str, str], lang: Lang
) -> Entry:
    identifier = identifier_of(atlas, news.subject)
    title = news.details.get("title") if news.subject in public else None
    if title is None:
        title = name_of(atlas, "dataset", news.subject)[lang]
    path = news.details.get("path") or path_of(atlas, "dataset", news.subject)
    text = said(news, lang)
    return Entry(
        f"{news.target}:{news.origin}",
        title if news.kind != "ended" else identifier,
        text[:1].upper() + text[1:],
        path,
        news.time,
        followed,
    )


def _together(
    atlas: Service, key: str, followed: Target, name: str, news: list[News], lang: Lang
) -> Entry:
    last = {one.subject: one for one in reversed(news)}
    new = {one.subject for one in news if one.kind == "new"}
    ended = [one for one in last.values() if one.kind == "ended"]
    living = [one for one in last.values() if one.kind != "ended"]
    counts = Counts(
        sum(one.subject in new for one in living),
        sum(one.subject not in new for one in living),
        len(ended),
    )
    path = path_of(atlas, followed.kind, followed.value)
    return Entry(key, name, summed(counts, lang), path, news[0].time, followed)
