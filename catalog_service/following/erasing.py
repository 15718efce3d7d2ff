"""Erasing what somebody follows: when they ask for it, and when their account is closed."""

from __future__ import annotations

from typing import Final

from catalog_service.context import Service
from catalog_service.following.feeds import forget_feeds, people_with_feeds
from catalog_service.following.stored_follows import (
    follows_of,
    people_who_follow,
    remove_follows,
)
from catalog_service.notices.service import forget_notices_of

TOLD: Final = frozenset({"follow.dataset", "follow.ended", "follow.news"})
"""Kinds of notices by which news are told."""


def erase_all(atlas: Service, person: str, *, with_cases: bool = False) -> int:
    """Forget all that a person chose to follow, what they were told of it, and their feeds.

    Returns how many things that were. ``with_cases``: what they follow because of a case that runs,
    too.
    """
    with atlas.journal.writing_tables() as connection:
        gone = [
            one.target.id for one in follows_of(connection, person) if with_cases or one.why is None
        ]
        forget_feeds(connection, person)
        forget_notices_of(connection, person, TOLD)
        return remove_follows(connection, person, gone)


def erase_of_closed_accounts(atlas: Service) -> int:
    """Forget what those follow whose account is closed or gone; returns how many people."""
    with atlas.journal.reading_tables() as connection:
        people = {*people_who_follow(connection), *people_with_feeds(connection)}
    closed = []
    for person in sorted(people):
        account = atlas.accounts.people.look_up(person)
        if account is None or account.disabled is not None:
            closed.append(person)
    for person in closed:
        erase_all(atlas, person, with_cases=True)
    return len(closed)
