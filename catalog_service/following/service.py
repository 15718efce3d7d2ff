"""Following: what people chose, what became of it, and what other rooms use of it."""

from __future__ import annotations

import sqlalchemy as sa

from catalog_service.accounts.service import Action, Principal, acting_person
from catalog_service.context import Service
from catalog_service.following.erasing import erase_all
from catalog_service.following.errors import (
    FOLLOW_CHOICE,
    FOLLOW_STAYS,
    TOO_MANY_FOLLOWS,
    UNKNOWN_FOLLOW,
)
from catalog_service.following.feeds import end_feed, feeds_of, make_feed, open_feed
from catalog_service.following.model import HOW, Follow, How
from catalog_service.following.shown_news import Entry, news_of
from catalog_service.following.stored_follows import (
    add_follow,
    change_follow,
    count_chosen,
    find_follow,
    find_target,
    follows_of,
    remove_follows,
    target_for,
)
from catalog_service.following.subjects import checked, name_of, path_of
from catalog_service.following.upkeep import tell_followers_until
from catalog_service.journal.codec import to_number
from catalog_service.notices.errors import PEOPLE_ONLY
from ontology.errors import AtlasError

__all__ = [
    "Entry",
    "change",
    "checked",
    "end_feed",
    "erase_all",
    "feeds_of",
    "follow",
    "followed",
    "leave",
    "make_feed",
    "name_of",
    "news_of",
    "open_feed",
    "own",
    "path_of",
    "person_of",
    "tell_followers_until",
]


def person_of(principal: Principal) -> str:
    """Return the identifier of somebody who may follow; raises ``people-only``."""
    principal.require(Action.REQUEST_MAKE, None)
    person = acting_person(principal)
    if person is None:
        raise AtlasError(PEOPLE_ONLY)
    return person.id


def follow(
    atlas: Service, principal: Principal, kind: str, value: str, how: str = "daily"
) -> Follow:
    """Follow something from now on, or change how its news come.

    Raises ``cannot-follow``, ``follow-search-personal``, ``too-many-follows``, ``follow-choice``.
    """
    person, choice = person_of(principal), _how(how)
    known, form = checked(atlas, kind, value)
    with atlas.journal.writing_tables() as connection:
        target = target_for(connection, known, form)
        found = find_follow(connection, target.id, person)
        # What follows from a case does not count.
        is_more, most = found is None or found.why is not None, atlas.settings.follows_most
        if is_more and count_chosen(connection, person) >= most:
            raise AtlasError(TOO_MANY_FOLLOWS, most=most)
        if found is None:
            add_follow(connection, target, person, choice, to_number(atlas.clock.now()))
        else:
            _change(connection, found, choice, why=None)
        made = find_follow(connection, target.id, person)
    assert made is not None
    return made


def change(atlas: Service, principal: Principal, target: int, how: str) -> Follow:
    """Change how news of something come; raises ``unknown-follow``, ``follow-choice``."""
    person, choice = person_of(principal), _how(how)
    with atlas.journal.writing_tables() as connection:
        found = find_follow(connection, target, person)
        if found is None:
            raise AtlasError(UNKNOWN_FOLLOW)
        _change(connection, found, choice)
        made = find_follow(connection, target, person)
    assert made is not None
    return made


def leave(atlas: Service, principal: Principal, target: int) -> None:
    """Follow something no longer; raises ``unknown-follow``, ``follow-stays``."""
    person = person_of(principal)
    with atlas.journal.writing_tables() as connection:
        found = find_follow(connection, target, person)
        if found is None:
            raise AtlasError(UNKNOWN_FOLLOW)
        if found.why is not None:
            raise AtlasError(FOLLOW_STAYS)
        remove_follows(connection, person, [target])


def own(atlas: Service, principal: Principal) -> list[Follow]:
    """Return what somebody follows, the newest first."""
    person = person_of(principal)
    with atlas.journal.reading_tables() as connection:
        return follows_of(connection, person)


def followed(atlas: Service, principal: Principal | None, kind: str, value: str) -> Follow | None:
    """Return how somebody follows something; None where they do not.

    Raises ``cannot-follow`` and ``follow-search-personal``.
    """
    known, form = checked(atlas, kind, value)
    person = acting_person(principal)
    if person is None:
        return None
    with atlas.journal.reading_tables() as connection:
        target = find_target(connection, known, form)
        return None if target is None else find_follow(connection, target.id, person.id)


def _change(connection: sa.Connection, found: Follow, how: How, **values: None) -> None:
    # What was for the feed alone meanwhile is not told afterwards.
    caught_up = {"told": found.target.last} if found.how == "never" else {}
    change_follow(
        connection,
        found.target.id,
        found.person,
        how=how,
        **caught_up,
        **values,
    )


def _how(how: str) -> How:
    found = next((one for one in HOW if one == how), None)
    if found is None:
        raise AtlasError(FOLLOW_CHOICE, how=how[:40])
    return found
