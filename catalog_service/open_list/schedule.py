"""Which version of a list counts from which day on, and what an amendment makes of each of them.

An amendment changes what counts on its day and, alike, every version that is announced for a later
day: what was announced neither counts earlier nor is lost.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from catalog_service.clock import SHANGHAI
from catalog_service.open_list.differences import Difference, ItemChange, diff
from catalog_service.open_list.errors import LIST_ANNOUNCED
from catalog_service.open_list.model import Content, ListItem, Version
from catalog_service.open_list.stored_lists import (
    add_version,
    keep_content,
    read_content,
    versions_of,
)
from catalog_service.open_list.taking import Taking
from ontology.errors import AtlasError


def to_come(versions: Iterable[Version], day: date) -> list[Version]:
    """Return the versions of one list that come into force after a day, by day.

    Without those in whose place a later one comes before they count.
    """
    found: list[Version] = []
    for one in sorted(versions, key=lambda version: version.number):
        found = [other for other in found if other.in_force < one.in_force]
        if one.in_force > day:
            found.append(one)
    return found


def counting(versions: Iterable[Version], day: date) -> Version | None:
    """Return the version of one list that counts on a day: the last one in force."""
    found = (one for one in versions if one.in_force <= day)
    return max(found, key=lambda one: one.number, default=None)


def predecessor(versions: Iterable[Version], of: Version) -> Version | None:
    """Return the version of the same list in whose place one comes; None of the first."""
    found = (
        one
        for one in versions
        if (one.organization, one.year) == (of.organization, of.year)
        and one.number < of.number
        and one.in_force <= of.in_force
    )
    return max(found, key=lambda one: one.number, default=None)


def replaced_by(versions: Iterable[Version], of: Version) -> Version | None:
    """Return the version that counts in the place of one that never came into force.

    None of a version that counted, if only for a part of its first day, or is still to count.
    """
    found = [
        one
        for one in versions
        if (one.organization, one.year) == (of.organization, of.year)
        and one.number > of.number
        and one.in_force <= of.in_force
        and one.published.astimezone(SHANGHAI).date() < of.in_force
    ]
    return max(found, key=lambda one: one.number, default=None)


def carried(difference: Difference, content: Content) -> Content:
    """Return what a difference makes of another content than the one on which it was seen.

    Of an item that says something else there, only the fields that the difference changes change;
    an item that comes later is not brought forward.
    """
    items = dict(content.items)
    for change in difference:
        there = items.get(change.key)
        if change.after is None:
            items.pop(change.key, None)
        elif change.before is None:
            items[change.key] = change.after
        elif there is not None:
            items[change.key] = _with(change, change.before, change.after, there)
    return Content.of(items.values())


def _with(change: ItemChange, before: ListItem, after: ListItem, there: ListItem) -> ListItem:
    values = {one.field: one.after for one in change.fields}
    # Conditions belong to an open type.
    if before.open_type != after.open_type:
        values["conditions"] = after.conditions
    elif there.open_type != before.open_type:
        values.pop("conditions", None)
    return replace(there, **values)


def release(
    taking: Taking, before: Content, difference: Difference, wanted: date | None, today: date
) -> None:
    """Publish an amendment, within its step: what counts from its day on, and what comes later.

    ``before``: what the list says without it, with all that is announced. ``wanted``: the day from
    which on it counts; None: the earliest. Raises ``open-list-not-announced`` where it takes
    anything from what counts on ``today`` before tomorrow.
    """
    connection, name = taking.connection, taking.name
    versions = versions_of(connection, name[1], name[0])

    def said_on(day: date) -> Content:
        one = counting(versions, day)
        if one is None or one.content == before.hash:
            return before
        return read_content(connection, one.content)

    now = said_on(today)
    first = today
    said_so = now is not before and _narrows(diff(now, carried(difference, now)))
    if said_so or _narrows(difference):
        first += timedelta(1)
    start = wanted or first
    if start < first:
        raise AtlasError(LIST_ANNOUNCED, first=first)
    days = [start, *(one.in_force for one in to_come(versions, start))]
    said = [said_on(day) for day in days]
    made_of = (taking.content if one is before else carried(difference, one) for one in said)
    schedule = _without_repetition(zip(days, made_of, strict=True))
    # Nothing changes on the first day, and something does when the next version comes: only that
    # is published anew. A later number comes in the place of all that were to count after it.
    if schedule[0][1].hash == said[0].hash and [day for day, _ in schedule[1:2]] == days[1:2] != []:
        del schedule[0]
    made: dict[int, date] = {}
    for day, new in schedule:
        digest = keep_content(connection, new)
        number = add_version(connection, *name, content=digest, in_force=day, published=taking.now)
        made[number] = day
    taking.details["in_force"] = start.isoformat()
    taking.details["version"] = min(made)
    if len(made) > 1:
        taking.details["versions"] = {str(one): day.isoformat() for one, day in made.items()}


def _without_repetition(contents: Iterable[tuple[date, Content]]) -> list[tuple[date, Content]]:
    found: list[tuple[date, Content]] = []
    for day, one in contents:
        if not found or found[-1][1].hash != one.hash:
            found.append((day, one))
    return found


def _narrows(difference: Difference) -> bool:
    return any(one.narrows for one in difference)
