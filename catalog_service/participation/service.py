"""Cases: brought up, handled, answered; what other rooms, pages and commands use.

A case is seen by whoever brought it up and whoever handles it. What the public reads of a demand or
an objection is its number, subject, topic, state and days, and the title that was written when it
was sorted.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog_service.accounts.service import Action, Principal, acting_person
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.participation.about import find_subject, part_of
from catalog_service.participation.bringing_up import Brought, bring_up
from catalog_service.participation.clocks import Counted
from catalog_service.participation.errors import UNKNOWN_CASE
from catalog_service.participation.feedback import FeedbackGraphs
from catalog_service.participation.fields import (
    LABELS,
    demand_impersonal,
    field_needed,
    field_wrong,
)
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.kinds.result import RESULT_KINDS
from catalog_service.participation.machine import StepKind
from catalog_service.participation.model import Case, KindName, number_of
from catalog_service.participation.papers import has_paper, paper, paper_as_json, put_paper, seal
from catalog_service.participation.parties import (
    is_asker,
    is_party,
    may_name_asker,
    may_see,
    possible_steps,
)
from catalog_service.participation.periods import period_of
from catalog_service.participation.public_cases import (
    Open,
    bare,
    clocks_of,
    count_known_faults,
    demands_by_dataset,
    follow,
    follows,
    is_public,
    objections_by_dataset,
    objections_to,
    public_case,
    public_cases,
    result_was_shown,
    topics_of,
)
from catalog_service.participation.sealed_texts import texts_of
from catalog_service.participation.statistics import Term, terms_of_year
from catalog_service.participation.stored_cases import (
    Wanted,
    cases_in,
    count_cases,
    find_case,
    followers_of,
)
from catalog_service.participation.taking import case_for, take_step
from catalog_service.participation.transitions import Prepare, Transition
from catalog_service.participation.using import (
    Correction,
    asker_of,
    corrections_after,
    last_step_of_cases,
    people_with_cases,
)
from ontology.errors import AtlasError

__all__ = [
    "LABELS",
    "MACHINES",
    "RESULT_KINDS",
    "Brought",
    "Correction",
    "FeedbackGraphs",
    "Open",
    "Prepare",
    "Seen",
    "StepKind",
    "Term",
    "Transition",
    "asker_of",
    "bare",
    "bring_up",
    "case_for",
    "case_named",
    "clocks_of",
    "corrections_after",
    "count_known_faults",
    "count_own_cases",
    "demand_impersonal",
    "demands_by_dataset",
    "field_needed",
    "field_wrong",
    "find_case",
    "find_subject",
    "follow",
    "follows",
    "handles",
    "has_paper",
    "is_own",
    "is_public",
    "last_step_of_cases",
    "note_reading",
    "objections_by_dataset",
    "objections_to",
    "own_cases",
    "paper",
    "paper_as_json",
    "part_of",
    "people_with_cases",
    "period_of",
    "possible_steps",
    "public_case",
    "public_cases",
    "put_paper",
    "read_case",
    "result_was_shown",
    "seal",
    "sees",
    "take_step",
    "terms_of_year",
    "topics_of",
    "visible",
    "work_cases",
]


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


def own_cases(
    atlas: Service,
    principal: Principal,
    limit: int,
    offset: int = 0,
    *,
    kind: KindName | None = None,
) -> list[Case]:
    """Return what somebody brought up, the last one touched first."""
    principal.require(Action.REQUEST_MAKE, None)
    person = acting_person(principal)
    if person is None:
        return []
    with atlas.journal.reading_tables() as connection:
        return cases_in(connection, Wanted(kind, asker=person.id), limit, offset)


def count_own_cases(atlas: Service, principal: Principal, kind: KindName | None = None) -> int:
    """Return how many cases somebody brought up."""
    principal.require(Action.REQUEST_MAKE, None)
    person = acting_person(principal)
    if person is None:
        return 0
    with atlas.journal.reading_tables() as connection:
        return count_cases(connection, Wanted(kind, asker=person.id))


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


def is_own(principal: Principal, case: Case) -> bool:
    """Tell whether somebody brought a case up."""
    return is_asker(principal, case)


def sees(principal: Principal, case: Case) -> bool:
    """Tell whether somebody may see what was written in a case."""
    return may_see(principal, case)


def handles(principal: Principal, case: Case) -> bool:
    """Tell whether somebody handles a case now, as one who works for who is responsible."""
    return is_party(principal, case, "handler")
