"""Open lists at work: begun, checked, filed, accepted, published and amended, step by step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from catalog_service.accounts.service import OPERATOR, Action, Principal
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.open_list import drafting
from catalog_service.open_list.amending import amend, propose, proposed, publishing, refuse, retract
from catalog_service.open_list.checking import check as findings_of
from catalog_service.open_list.checking import refuse_violations
from catalog_service.open_list.cycle import DONE, DONE_BY, Cycle, due_day, evaluated_by
from catalog_service.open_list.demanded import livelihood_domains, pilot_districts
from catalog_service.open_list.differences import Difference, apply, told
from catalog_service.open_list.drafting import FromFile
from catalog_service.open_list.errors import (
    LIST_EMPTY,
    LIST_THERE,
    LIST_YEAR,
    UNKNOWN_LIST,
)
from catalog_service.open_list.evaluation import decided_on, decisions_of, next_content
from catalog_service.open_list.graphs import ListGraphs
from catalog_service.open_list.lifecycle import BY_NAME, not_possible, step_from
from catalog_service.open_list.model import (
    GIVEN_UP,
    YEARS,
    Content,
    Due,
    ListFinding,
    ListItem,
    OpenList,
    StoredStep,
    Version,
)
from catalog_service.open_list.reasons import OTHER, demand_fitting
from catalog_service.open_list.seen import Seen, demand_seen
from catalog_service.open_list.stored_findings import KeptFindings, keeping, last_findings
from catalog_service.open_list.stored_lists import (
    add_filing,
    find_list,
    first_taken,
    in_force,
    last_steps,
    next_filing_number,
    next_step,
    read_content,
    versions_of,
)
from catalog_service.open_list.taking import Taking, get, possible_steps, take_step
from ontology.errors import AtlasError, Named

__all__ = [
    "ListGraphs",
    "amend",
    "check",
    "content_of",
    "demand_to_begin",
    "draft",
    "due_at",
    "edit",
    "evaluated_by",
    "findings_kept",
    "get",
    "in_force",
    "last_list_step",
    "listed",
    "lists_at",
    "livelihood_domains",
    "pilot_districts",
    "possible_steps",
    "propose",
    "proposed",
    "public_versions",
    "refuse",
    "retract",
    "steps_taken",
    "take",
]

MOST_TOLD: Final = 100
"""Rows that are left out and told one by one, with how many there are."""


def listed(atlas: Service, principal: Principal, *, given_up: bool = False) -> list[StoredStep]:
    """Return how the lists stand that somebody may see at work, the newest year first.

    ``given_up``: those that were given up, too.
    """
    seen = principal.organizations(Action.DATASET_READ_HELD)
    with atlas.journal.reading_tables() as connection:
        found = last_steps(connection, seen)
    return [one for one in found if given_up or one.state != GIVEN_UP]


def last_list_step(atlas: Service) -> int:
    """Return the number of the last step of any list; 0: there is none."""
    with atlas.journal.reading_tables() as connection:
        return next_step(connection) - 1


def lists_at(atlas: Service, moment: datetime) -> list[StoredStep]:
    """Return the last step of each list before a moment, whoever asks: for figures alone.

    Without those that had been given up by then.
    """
    with atlas.journal.reading_tables() as connection:
        found = last_steps(connection, None, moment)
    return [one for one in found if one.state != GIVEN_UP]


def steps_taken(atlas: Service, moment: datetime) -> frozenset[tuple[str, int, str]]:
    """Return which lists have ever been filed or published before a moment, with the step."""
    with atlas.journal.reading_tables() as connection:
        return frozenset(first_taken(connection, DONE_BY.values(), moment))


def due_at(atlas: Service, moment: datetime) -> list[Due]:
    """Return what was still to be done of the yearly cycle at a moment, or was done late, by day.

    As the lists and the calendar stood then. What is due of a year is told until the same is due of
    the next one.
    """
    # The day that ends with the moment, where it is a midnight.
    today = (moment - timedelta(microseconds=1)).astimezone(SHANGHAI).date()
    days: dict[tuple[Cycle, int], date | None] = {}
    with atlas.journal.reading_tables() as connection:
        taken = first_taken(connection, DONE_BY.values(), moment)
    found = []
    for one in lists_at(atlas, moment):
        for cycle, done in DONE.items():
            at = taken.get((one.organization, one.year, DONE_BY[cycle]))
            # Returned after it was filed in time, a list is not late; what is done with it since
            # is not public.
            done_on = at.astimezone(SHANGHAI).date() if at else None
            if done_on is None and one.state in done:
                continue
            for year in (one.year, one.year + 1):
                if (cycle, year) not in days:
                    days[cycle, year] = due_day(atlas, cycle, year, before=moment)
            day, following = days[cycle, one.year], days[cycle, one.year + 1]
            if day is None or (done_on is not None and done_on <= day):
                continue
            if following is None or today <= following:
                found.append(Due(one.organization, one.year, cycle, day, done_on))
    return sorted(found, key=lambda due: (due.day, due.organization, due.year, due.cycle))


def draft(
    atlas: Service,
    principal: Principal,
    organization: str,
    year: int,
    *,
    file: tuple[str, bytes] | None = None,
    last_year: bool = False,
    own: Sequence[ListItem] | None = None,
    read: FromFile | None = None,
) -> OpenList:
    """Begin a list from the catalogue, from last year's list, or from a file (name and bytes).

    ``own``: the items of all the organization's datasets, where they have been read already.
    ``read``: what was read of a file already, and chosen of it.
    Rows of a file that are other departments', or no items, are left out, and told with the step.
    Raises ``right-missing``, ``open-list-there``, ``open-list-empty``, ``unknown-open-list`` (of
    last year), ``open-list-year`` where it is neither this year's nor the next's, which only
    whoever runs the machine begins, ``parameter-invalid`` (the year), and what reading a list does.
    """
    called = demand_to_begin(atlas, principal, organization, year)
    rows: dict[str, Any] = {}
    if file is not None:
        read = drafting.from_file(atlas, organization, *file, year)
    if read is not None:
        content, origin, rows = read.content, "file", _rows(read)
    elif last_year:
        last = get(atlas, organization, year - 1)
        if last.state == GIVEN_UP:
            raise AtlasError(
                UNKNOWN_LIST,
                organization=called,
                year=year - 1,
            )
        decided = decisions_of(atlas, organization, year - 1)
        said = decided_on(atlas, last, decided)
        content, origin = next_content(last.content, decided, said), "last-year"
    else:
        if own is None:
            own = drafting.items_of(atlas, [organization])[organization]
        content, origin = drafting.open_ones(own), "catalog"
    if not content.items:
        raise AtlasError(LIST_EMPTY, organization=called)
    return take_step(
        atlas,
        principal,
        (organization, year),
        "draft",
        change=lambda _: content,
        details={"from": origin, "items": len(content.items), **rows},
    )


def demand_to_begin(atlas: Service, principal: Principal, organization: str, year: int) -> Named:
    """Return the organization's name, where somebody may begin its list of a year.

    Raises ``right-missing``, ``open-list-year``, ``parameter-invalid`` and ``open-list-there``.
    """
    principal.require(Action.OPEN_LIST_EDIT, organization)
    if year not in YEARS:
        expected = f"{YEARS.start}–{YEARS.stop - 1}"
        raise AtlasError(PARAMETER_INVALID, name="year", value=str(year)[:80], expected=expected)
    this = atlas.clock.today().year
    if principal is not OPERATOR and year not in (this, this + 1):
        raise AtlasError(LIST_YEAR, first=this, next=this + 1, year=year)
    called = atlas.accounts.hierarchy.named(organization)
    with atlas.journal.reading_tables() as connection:
        found = find_list(connection, organization, year)
        if found is not None and found.state != GIVEN_UP:
            raise AtlasError(LIST_THERE, organization=called, year=year)
    return called


def _rows(read: FromFile) -> dict[str, Any]:
    """Return what is told of rows that were left out; of those that are no items no text."""
    found: dict[str, Any] = {}
    if read.left_out:
        rows = [f"{one.provider}: {one.title}" for one in read.left_out[:MOST_TOLD]]
        found |= {"left_out": len(read.left_out), "rows_left_out": rows}
    if read.aside:
        aside = [{"row": number, "why": why} for number, why in read.aside[:MOST_TOLD]]
        found |= {"no_items": len(read.aside), "rows_no_items": aside}
    return found


def edit(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    difference: Difference,
    reason: str = "",
    code: str = OTHER,
) -> OpenList:
    """Change items of a draft; a list that was checked or reviewed must be so again.

    ``code``: one of `reasons.REASONS` that explains all changes. Raises ``open-list-changed`` where
    an item is not as the difference found it, ``open-list-reason-code``, and as `take`.
    """
    demand_fitting(code, difference)
    return take_step(
        atlas,
        principal,
        name,
        "edit",
        reason=reason,
        change=lambda content: apply(difference, content),
        details={"code": code, **told(difference)},
    )


def check(
    atlas: Service,
    principal: Principal,
    organization: str,
    year: int,
    *,
    own: Sequence[ListItem] | None = None,
    seen: Seen = Seen(),
) -> tuple[OpenList, list[ListFinding]]:
    """Hold a draft against the rules, and keep what they find."""
    principal.require(Action.OPEN_LIST_EDIT, organization)
    there = get(atlas, organization, year)
    demand_seen(there, seen)
    found = findings_of(atlas, organization, there.content, own)
    checked = take_step(
        atlas,
        principal,
        (organization, year),
        "check",
        seen=Seen(there.content.hash),
        write=keeping(found),
    )
    return checked, found


def take(
    atlas: Service,
    principal: Principal,
    organization: str,
    year: int,
    step: str,
    reason: str = "",
    *,
    own: Sequence[ListItem] | None = None,
    seen: Seen = Seen(),
) -> OpenList:
    """Take a step that needs nothing but, at most, a reason; ``own`` as for `draft`.

    ``seen``: what it was decided on. Review and filing are refused while the check finds
    violations. Raises ``unknown-open-list``, ``right-missing`` or ``not-allowed``,
    ``open-list-step``, ``open-list-seen``, ``open-list-reason``, ``open-list-needs-another``,
    ``open-list-filed`` and ``open-list-violations``.
    """
    name = (organization, year)
    if step == "check":
        return check(atlas, principal, organization, year, own=own, seen=seen)[0]
    if step in ("review", "file"):
        return _held(atlas, principal, name, step, reason, own, seen)
    if step == "publish":
        write = publishing(atlas)
        return take_step(atlas, principal, name, step, reason=reason, seen=seen, write=write)
    if step not in ("return", "accept", "close", "abandon"):
        # That a list was begun is told to nobody who may not read it.
        principal.require(Action.DATASET_READ_HELD, organization)
        raise not_possible(step, get(atlas, organization, year).state)
    return take_step(atlas, principal, name, step, reason=reason, seen=seen)


def public_versions(
    atlas: Service, year: int | None = None, organization: str | None = None
) -> list[Version]:
    """Return what was published, those announced too, by year, organization and number."""
    with atlas.journal.reading_tables() as connection:
        return versions_of(connection, year, organization)


def content_of(atlas: Service, version: Version) -> Content:
    """Return what a version says."""
    with atlas.journal.reading_tables() as connection:
        return read_content(connection, version.content)


def findings_kept(atlas: Service, there: OpenList) -> KeptFindings | None:
    """Return what the last check of what a list says found; None: it was not checked yet."""
    with atlas.journal.reading_tables() as connection:
        return last_findings(connection, there.organization, there.year, there.content.hash)


def _held(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    step: str,
    reason: str,
    own: Sequence[ListItem] | None,
    seen: Seen,
) -> OpenList:
    """Review or file a list, which violations keep from it."""
    kind = BY_NAME[step]
    principal.require(kind.by, name[0])
    there = get(atlas, *name)
    step_from(there.state, step)
    demand_seen(there, seen)
    found = findings_of(atlas, there.organization, there.content, own)
    refuse_violations(found)

    def write(taking: Taking) -> None:
        number = next_filing_number(taking.connection, *name)
        add_filing(taking.connection, *name, number, taking.number)
        taking.details["filing_number"] = number

    return take_step(
        atlas,
        principal,
        name,
        step,
        reason=reason,
        seen=Seen(there.content.hash),
        write=keeping(found, write if step == "file" else None),
    )
