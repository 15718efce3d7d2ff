"""What somebody was shown of a list, and what was changed meanwhile.

Forms carry the hashes of what their page showed: a step that was decided on something else is
refused, and the fields of an item are merged one by one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from catalog_service.context import Service
from catalog_service.open_list.differences import ItemChange, diff, ordered
from catalog_service.open_list.errors import LIST_SEEN
from catalog_service.open_list.model import COLUMNS, Content, ListItem, OpenList
from catalog_service.open_list.stored_lists import read_content
from ontology.errors import AtlasError
from ontology.texts import tidy

NOTHING: str = ""
"""Stands for the amendment that waits where a page showed that none does."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a step was decided on. None: it was not told, and what stands is meant."""

    content: str | None = None
    """The hash of what the list said."""
    proposed: str | None = None
    """The hash of what it was to say by the amendment that waited, or `NOTHING`."""


def demand_seen(there: OpenList, seen: Seen) -> None:
    """Raise ``open-list-seen`` where a list says something else than somebody saw."""
    waiting = there.waiting or NOTHING
    if seen.content not in (None, there.content.hash) or seen.proposed not in (None, waiting):
        raise AtlasError(LIST_SEEN)


def working(connection: sa.Connection, there: OpenList) -> Content:
    """Return what items are changed in: by the amendment that waits, where one does."""
    return there.content if there.waiting is None else read_content(connection, there.waiting)


def working_content(atlas: Service, there: OpenList) -> Content:
    """Return what `working` does, over a connection of its own."""
    if there.waiting is None:
        return there.content
    with atlas.journal.reading_tables() as connection:
        return working(connection, there)


def said(atlas: Service, there: OpenList, digest: str) -> Content | None:
    """Return what a list said, or was to say, under a hash; None where it never did."""
    known = {one.content for one in there.steps}
    known |= {str(one.details["proposed"]) for one in there.steps if "proposed" in one.details}
    if digest not in known:
        return None
    with atlas.journal.reading_tables() as connection:
        return read_content(connection, digest)


def changed_since(atlas: Service, there: OpenList, seen: Seen) -> list[ItemChange]:
    """Return how what stands differs from what somebody saw; nothing where that is not known."""
    digest = seen.proposed or seen.content
    before = None if digest is None else said(atlas, there, digest)
    return [] if before is None else ordered(diff(before, working_content(atlas, there)))


@dataclass(frozen=True, slots=True)
class MergedItem:
    """The texts of a form that change an item, and what they contradict."""

    texts: Mapping[str, str]
    """By field; what only others changed, and what was left as it was, is not here."""
    conflicts: Mapping[str, str]
    """What stands now in fields that somebody changed otherwise meanwhile."""


def merged_item(was: ListItem, now: ListItem, given: Mapping[str, str]) -> MergedItem:
    """Merge the texts of a form, made when the item said ``was``, into what it says now."""
    texts: dict[str, str] = {}
    conflicts: dict[str, str] = {}
    for field in COLUMNS:
        if field not in given:
            continue
        mine, before, theirs = (
            tidy(text) for text in (given[field], getattr(was, field), getattr(now, field))
        )
        if mine in (before, theirs):
            continue
        texts[field] = mine
        if theirs != before:
            conflicts[field] = getattr(now, field)
    return MergedItem(texts, conflicts)
