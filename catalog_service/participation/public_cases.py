"""What everybody may read of cases, and following them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.accounts.service import Action, Principal, acting_person
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.participation.clocks import Counted, counted
from catalog_service.participation.errors import CASE_OVER, UNKNOWN_CASE
from catalog_service.participation.faults import KNOWN_IN
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case, KindName, number_of
from catalog_service.participation.parties import is_asker
from catalog_service.participation.stored_cases import (
    Wanted,
    cases_in,
    count_by,
    count_cases,
    counts_of_followers,
    find_case,
    follow_case,
    followers_of,
    leave_case,
    titles_in,
)
from catalog_service.working_calendar.service import working_days
from ontology.errors import AtlasError


@dataclass(frozen=True, slots=True)
class Open:
    """A case as everybody may read it."""

    case: Case
    clocks: list[Counted]
    followers: int


def clocks_of(atlas: Service, case: Case) -> list[Counted]:
    """Return the runs of a case's clocks as of today; raises ``no-working-calendar``."""
    return clocks_of_all(atlas, [case])[0]


def clocks_of_all(atlas: Service, cases: Sequence[Case]) -> list[list[Counted]]:
    """Return the same of several cases: the calendar is read once."""
    calendar, today = working_days(atlas), atlas.clock.today()
    return [counted(MACHINES[one.kind], one, calendar, atlas.rules, today) for one in cases]


def public_cases(
    atlas: Service,
    kind: KindName,
    limit: int,
    offset: int = 0,
    *,
    topic: str | None = None,
    subject: str | None = None,
) -> tuple[int, list[Open]]:
    """Return how many cases of a kind everybody may read of, and some, the last touched first."""
    wanted = _public(kind, topic, subject)
    with atlas.journal.reading_tables() as connection:
        found = cases_in(connection, wanted, limit, offset)
        following = counts_of_followers(connection, [one.number for one in found])
        total = count_cases(connection, wanted)
    clocks = clocks_of_all(atlas, found)
    return total, [
        Open(one, runs, following.get(one.number, 0))
        for one, runs in zip(found, clocks, strict=True)
    ]


def demand_titles(atlas: Service, limit: int) -> dict[int, str]:
    """Return the titles of public demands by number, the last touched first."""
    with atlas.journal.reading_tables() as connection:
        return titles_in(connection, _public("demand", None, None), limit)


def open_case(atlas: Service, number: int) -> Open | None:
    """Return a case as everybody may read it, by its number; None where it is not public."""
    with atlas.journal.reading_tables() as connection:
        found = find_case(connection, number)
    return None if found is None or not is_public(found) else bare(atlas, found)


def objections_to(atlas: Service, iri: str, limit: int) -> list[Case]:
    """Return the objections to a public dataset, the last touched first."""
    with atlas.journal.reading_tables() as connection:
        return cases_in(connection, _public("objection", None, iri), limit)


def count_known_faults(atlas: Service, iri: str) -> int:
    """Return how many faults of a public dataset are known and not corrected yet."""
    wanted = Wanted("objection", states=frozenset(KNOWN_IN), subject=iri)
    with atlas.journal.reading_tables() as connection:
        return count_cases(connection, wanted)


def objections_by_dataset(atlas: Service) -> dict[str, int]:
    """Return how many objections were raised to each dataset; taken back ones do not count."""
    return _by_dataset(atlas, Wanted("objection", not_in=frozenset({"withdrawn"})))


def demands_by_dataset(atlas: Service) -> dict[str, int]:
    """Return how many demands speak of each dataset; taken back ones do not count."""
    return _by_dataset(atlas, Wanted("demand", not_in=frozenset({"withdrawn"})))


def _by_dataset(atlas: Service, wanted: Wanted) -> dict[str, int]:
    with atlas.journal.reading_tables() as connection:
        counts = count_by(connection, wanted, "subject")
    return {iri: count for iri, count in counts.items() if iri is not None}


def topics_of(atlas: Service, kind: KindName) -> dict[str | None, int]:
    """Return how many public cases of a kind there are by topic."""
    with atlas.journal.reading_tables() as connection:
        return count_by(connection, _public(kind, None, None), "topic")


def public_case(atlas: Service, kind: KindName, name: str) -> Open:
    """Return a case as everybody may read it; raises ``unknown-case``."""
    number = number_of(name)
    with atlas.journal.reading_tables() as connection:
        found = None if number is None else find_case(connection, number)
        if found is None or found.kind != kind or not is_public(found):
            raise AtlasError(UNKNOWN_CASE, name=name[:40])
    return bare(atlas, found)


def bare(atlas: Service, case: Case) -> Open:
    """Return a case without what was written in it."""
    with atlas.journal.reading_tables() as connection:
        followers = len(followers_of(connection, case.number))
    return Open(case, clocks_of(atlas, case), followers)


def is_public(case: Case) -> bool:
    """Tell whether everybody may read of a case.

    Of objections to datasets, demands that were sorted, and results while they are shown.
    """
    if case.kind == "result":
        return case.state == "shown"
    return case.kind == "objection" or (case.kind == "demand" and case.title is not None)


def result_was_shown(atlas: Service, name: str) -> bool:
    """Tell whether a result of this quoted number has been shown to everybody."""
    number = number_of(name)
    if number is None:
        return False
    with atlas.journal.reading_tables() as connection:
        found = find_case(connection, number)
    return found is not None and found.kind == "result" and _was_shown(found, name)


def _was_shown(case: Case, name: str) -> bool:
    return case.name == name.strip().upper() and any(one.step == "show" for one in case.steps)


def follow(atlas: Service, principal: Principal, name: str, *, leave: bool = False) -> Case:
    """Follow a public case, which tells of its steps, or follow it no longer.

    Raises ``unknown-case``, ``case-over`` and ``right-missing``.
    """
    principal.require(Action.REQUEST_MAKE, None)
    person, number = acting_person(principal), number_of(name)
    with atlas.journal.writing_tables() as connection:
        found = None if number is None else find_case(connection, number)
        if found is None or not is_public(found) or person is None:
            raise AtlasError(UNKNOWN_CASE, name=name[:40])
        if leave:
            leave_case(connection, found.number, person.id)
        elif found.state in MACHINES[found.kind].final:
            raise AtlasError(CASE_OVER, name=found.name)
        elif not is_asker(principal, found):
            now = to_number(atlas.clock.now())
            follow_case(connection, found.number, person.id, now)
    return found


def follows(atlas: Service, principal: Principal | None, case: Case) -> bool:
    """Tell whether somebody follows a case."""
    person = acting_person(principal)
    if person is None:
        return False
    with atlas.journal.reading_tables() as connection:
        return person.id in followers_of(connection, case.number)


def _public(kind: KindName, topic: str | None, subject: str | None) -> Wanted:
    return Wanted(kind, topic=topic, subject=subject, titled=kind == "demand")
