"""Who uses a dataset by a case follows it as long as the case runs: applicants, and reporters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog_service.context import Service
from catalog_service.following.model import Why
from catalog_service.following.stored_follows import (
    add_follow,
    find_follow,
    kept_for_cases,
    remove_follows,
    target_for,
)
from catalog_service.journal.codec import to_number
from catalog_service.participation.model import KindName
from catalog_service.participation.service import people_with_cases

_WHY: Final[Mapping[KindName, Why]] = {"application": "application", "objection": "objection"}
"""Kinds of cases whose askers follow their dataset."""


def begin_for_cases(atlas: Service) -> int:
    """Have those follow a dataset who have a case about it that runs; returns how many began."""
    wanted = _wanted(atlas)
    with atlas.journal.reading_tables() as connection:
        kept = {(person, iri) for person, iri, _, _ in kept_for_cases(connection)}
    missing = {key: why for key, why in wanted.items() if key not in kept}
    if not missing:
        return 0
    now, count = to_number(atlas.clock.now()), 0
    with atlas.journal.writing_tables() as connection:
        for (person, iri), why in sorted(missing.items()):
            target = target_for(connection, "dataset", iri)
            # Whoever chose to follow it goes on as they chose.
            if find_follow(connection, target.id, person) is None:
                add_follow(connection, target, person, "daily", now, why)
                count += 1
    return count


def end_for_cases(atlas: Service) -> int:
    """End what people follow because of cases that run no longer; returns how many ended."""
    wanted = _wanted(atlas)
    with atlas.journal.reading_tables() as connection:
        over = [
            (person, target)
            for person, iri, _, target in kept_for_cases(connection)
            if (person, iri) not in wanted
        ]
    if over:
        with atlas.journal.writing_tables() as connection:
            for person, target in over:
                found = find_follow(connection, target, person)
                if found is not None and found.why is not None:
                    remove_follows(connection, person, [target])
    return len(over)


def _wanted(atlas: Service) -> dict[tuple[str, str], Why]:
    found: dict[tuple[str, str], Why] = {}
    for person, iri, kind in people_with_cases(atlas, list(_WHY)):
        # An application weighs more than an objection: it tells why.
        if found.get((person, iri)) != "application":
            found[person, iri] = _WHY[kind]
    return found
