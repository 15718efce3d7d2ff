"""Cases: brought up, handled, answered; what other rooms, pages and commands use.

A case is seen by whoever brought it up and whoever handles it. What the public reads of a demand or
an objection is its number, subject, topic, state and days, and the title that was written when it
was sorted.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.accounts.service import Action, Person, Principal
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.participation.about import find_subject, part_of
from catalog_service.participation.clocks import Counted, counted
from catalog_service.participation.errors import CASE_OVER, UNKNOWN_CASE
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case, KindName, number_of
from catalog_service.participation.parties import (
    is_asker,
    may_name_asker,
    may_see,
    possible_steps,
)
from catalog_service.participation.sealed_texts import texts_of
from catalog_service.participation.statistics import Term, terms_of_year
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
)
from catalog_service.participation.taking import Brought, bring_up, case_for, take_step
from catalog_service.working_calendar.service import working_days
from ontology.errors import AtlasError

__all__ = [
    "Brought",
    "Open",
    "Seen",
    "Term",
    "bare",
    "bring_up",
    "case_for",
    "case_named",
    "clocks_of",
    "demands_by_dataset",
    "find_subject",
    "follow",
    "follows",
    "is_own",
    "is_public",
    "note_reading",
    "objections_by_dataset",
    "objections_to",
    "own_cases",
    "part_of",
    "possible_steps",
    "public_case",
    "public_cases",
    "read_case",
    "sees",
    "take_step",
    "terms_of_year",
    "topics_of",
    "visible",
    "work_cases",
]

PUBLIC_KINDS: tuple[KindName, ...] = ("demand", "objection")
"""Kinds of which the public reads each case."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as somebody who takes part in it sees it."""

    case: Case
    texts: dict[int, str]
    """What was written, by the number of its step."""
    clocks: list[Counted]
    followers: int
    asker: str | None
    """The name of who brought it up, for whom may know; None: nobody else, or erased."""


@dataclass(frozen=True, slots=True)
class Open:
    """A case as everybody may read it."""

    case: Case
    clocks: list[Counted]
    followers: int


def case_named(atlas: Service, principal: Principal, name: str) -> Case:
    """Return a case by the number that people quote; raises ``unknown-case``."""
    number = number_of(name)
    if number is None:
        raise AtlasError(UNKNOWN_CASE, name=name[:40])
    return case_for(atlas, principal, number)


def read_case(atlas: Service, principal: Principal, name: str) -> Seen:
    """Return a case with all that was written; reading another's is in the audit.

    Raises ``unknown-case``, and as decrypting does.
    """
    case = case_named(atlas, principal, name)
    texts = dict(texts_of(atlas, case.number))
    asker = None
    if case.asker is not None and may_name_asker(principal, case):
        asker = atlas.accounts.people.get(case.asker).name
    if texts or asker:
        note_reading(atlas, principal, case, texts=len(texts), asker=asker is not None)
    with atlas.journal.reading_tables() as connection:
        followers = len(followers_of(connection, case.number))
    return Seen(case, texts, clocks_of(atlas, case), followers, asker)


def note_reading(atlas: Service, principal: Principal, case: Case, **details: int | bool) -> None:
    """Tell the audit that somebody other than who wrote it reads what was written in a case."""
    if is_asker(principal, case):
        return
    with atlas.journal.writing_tables() as connection:
        entry = Entry("case.read", case.name, organization=case.organization, details=details)
        atlas.audit.append(connection, entry)


def clocks_of(atlas: Service, case: Case) -> list[Counted]:
    """Return the runs of a case's clocks as of today."""
    today = atlas.clock.today()
    return counted(MACHINES[case.kind], case, working_days(atlas), atlas.rules, today)


def own_cases(atlas: Service, principal: Principal, limit: int, offset: int = 0) -> list[Case]:
    """Return what somebody brought up, the last one touched first."""
    principal.require(Action.REQUEST_MAKE, None)
    if not isinstance(principal, Person):
        return []
    with atlas.journal.reading_tables() as connection:
        return cases_in(connection, Wanted(asker=principal.id), limit, offset)


def wanted_by(
    principal: Principal, kind: KindName | None = None, *, open_only: bool = True
) -> Wanted | None:
    """Return which cases somebody may handle or sort; None: none."""
    handles = principal.organizations(Action.CASE_HANDLE)
    sorts = principal.organizations(Action.CASE_SORT)
    final = frozenset(state for one in MACHINES.values() for state in one.final)
    ended = final if open_only else None
    if handles is None or sorts is None:
        return Wanted(kind, not_in=ended)
    organizations = handles | sorts
    if not organizations:
        return None
    return Wanted(kind, not_in=ended, organizations=organizations)


def work_cases(
    atlas: Service,
    principal: Principal,
    kind: KindName | None,
    limit: int,
    offset: int = 0,
    *,
    open_only: bool = True,
) -> tuple[int, list[Case]]:
    """Return how many cases somebody may handle or sort, and some of them, the oldest first."""
    wanted = wanted_by(principal, kind, open_only=open_only)
    if wanted is None:
        return 0, []
    with atlas.journal.reading_tables() as connection:
        return count_cases(connection, wanted), cases_in(
            connection, wanted, limit, offset, oldest_first=True
        )


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
    return total, [Open(one, clocks_of(atlas, one), following.get(one.number, 0)) for one in found]


def objections_to(atlas: Service, iri: str, limit: int) -> list[Case]:
    """Return the objections to a public dataset, the last touched first."""
    with atlas.journal.reading_tables() as connection:
        return cases_in(connection, _public("objection", None, iri), limit)


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


def visible(atlas: Service, principal: Principal | None, name: str) -> Open | Seen:
    """Return a case as somebody may read it: with all that was written, or as everybody.

    Raises ``unknown-case``.
    """
    number = number_of(name)
    with atlas.journal.reading_tables() as connection:
        found = None if number is None else find_case(connection, number)
    if found is not None and principal is not None and may_see(principal, found):
        return read_case(atlas, principal, found.name)
    if found is None or not is_public(found):
        raise AtlasError(UNKNOWN_CASE, name=name[:40])
    return bare(atlas, found)


def is_public(case: Case) -> bool:
    """Tell whether everybody may read of a case: of objections to datasets, and sorted demands."""
    return case.kind == "objection" or (case.kind == "demand" and case.title is not None)


def follow(atlas: Service, principal: Principal, name: str, *, leave: bool = False) -> Case:
    """Follow a public case, which tells of its steps, or follow it no longer.

    Raises ``unknown-case``, ``case-over`` and ``right-missing``.
    """
    principal.require(Action.REQUEST_MAKE, None)
    number = number_of(name)
    with atlas.journal.writing_tables() as connection:
        found = None if number is None else find_case(connection, number)
        if found is None or not is_public(found) or not isinstance(principal, Person):
            raise AtlasError(UNKNOWN_CASE, name=name[:40])
        if leave:
            leave_case(connection, found.number, principal.id)
        elif found.state in MACHINES[found.kind].final:
            raise AtlasError(CASE_OVER, name=found.name)
        elif not is_asker(principal, found):
            now = to_number(atlas.clock.now())
            follow_case(connection, found.number, principal.id, now)
    return found


def follows(atlas: Service, principal: Principal | None, case: Case) -> bool:
    """Tell whether somebody follows a case."""
    if not isinstance(principal, Person):
        return False
    with atlas.journal.reading_tables() as connection:
        return principal.id in followers_of(connection, case.number)


def _public(kind: KindName, topic: str | None, subject: str | None) -> Wanted:
    return Wanted(kind, topic=topic, subject=subject, titled=kind == "demand")


def is_own(principal: Principal, case: Case) -> bool:
    """Tell whether somebody brought a case up."""
    return is_asker(principal, case)


def sees(principal: Principal, case: Case) -> bool:
    """Tell whether somebody may see what was written in a case."""
    return may_see(principal, case)
