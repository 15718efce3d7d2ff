"""Open lists at work: begun, checked, filed, accepted, published and amended, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

import sqlalchemy as sa

from catalog_service.accounts.service import OPERATOR, Action, Principal
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.journal.codec import to_number
from catalog_service.open_list import drafting
from catalog_service.open_list.checking import check as findings_of
from catalog_service.open_list.checking import violations
from catalog_service.open_list.differences import Difference, apply, counts, diff
from catalog_service.open_list.errors import (
    LIST_ANNOUNCED,
    LIST_CHANGED,
    LIST_EMPTY,
    LIST_NEEDS_ANOTHER,
    LIST_REASON,
    LIST_STEP,
    LIST_THERE,
    LIST_VIOLATIONS,
    UNKNOWN_LIST,
)
from catalog_service.open_list.lifecycle import NO_LIST, STEPS, StepKind, step_from
from catalog_service.open_list.model import Content, ListFinding, OpenList, StoredStep, Version
from catalog_service.open_list.stored_lists import (
    add_filing,
    add_step,
    add_version,
    find_list,
    keep_content,
    last_steps,
    next_filing_number,
    next_step,
    read_content,
    versions_of,
)
from ontology.errors import AtlasError

LONGEST_REASON: Final = 2_000
"""Characters of a reason that are kept."""


@dataclass(slots=True)
class _Taking:
    """A step while it is taken, within its write transaction."""

    connection: sa.Connection
    name: tuple[str, int]
    """The list: organization and year."""
    number: int
    """Of the step."""
    now: int
    content: Content
    details: dict[str, Any] = field(default_factory=dict)


def get(atlas: Service, organization: str, year: int) -> OpenList:
    """Return a list; raises ``unknown-open-list``."""
    with atlas.journal.reading_tables() as connection:
        return _there(find_list(connection, organization, year), organization, year)


def listed(atlas: Service, principal: Principal) -> list[StoredStep]:
    """Return how the lists stand that somebody may see at work, the newest year first."""
    seen = principal.organizations(Action.DATASET_READ_HELD)
    with atlas.journal.reading_tables() as connection:
        return last_steps(connection, seen)


def possible_steps(principal: Principal, there: OpenList) -> list[StepKind]:
    """Return the steps that somebody may take now."""
    return [
        one
        for one in STEPS
        if there.state in one.come_from
        and principal.may(one.by, there.organization)
        and not _is_the_same(one, principal, there)
    ]


def draft(
    atlas: Service,
    principal: Principal,
    organization: str,
    year: int,
    *,
    file: tuple[str, bytes] | None = None,
    last_year: bool = False,
) -> OpenList:
    """Begin a list from the catalogue, from last year's list, or from a file (name and bytes).

    Raises ``right-missing``, ``open-list-there``, ``open-list-empty``, ``unknown-open-list`` (of
    last year), and what reading a list does.
    """
    principal.require(Action.OPEN_LIST_EDIT, organization)
    with atlas.journal.reading_tables() as connection:
        if find_list(connection, organization, year) is not None:
            raise AtlasError(LIST_THERE, organization=organization, year=year)
    if file is not None:
        content, origin = drafting.from_file(atlas, organization, *file, year), "file"
    elif last_year:
        last = get(atlas, organization, year - 1)
        content, origin = drafting.from_last_year(last.content), "last-year"
    else:
        content, origin = drafting.from_catalog(atlas, organization), "catalog"
    if not content.items:
        raise AtlasError(LIST_EMPTY, organization=organization)
    return _take(
        atlas,
        principal,
        (organization, year),
        "draft",
        change=lambda _: content,
        details={"from": origin, "items": len(content.items)},
    )


def edit(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    difference: Difference,
    reason: str = "",
) -> OpenList:
    """Change items of a draft; a list that was checked or reviewed must be so again.

    Raises ``open-list-changed`` where an item is not as the difference found it, and as `take`.
    """
    return _take(
        atlas,
        principal,
        name,
        "edit",
        reason=reason,
        change=lambda content: apply(difference, content),
        details=counts(difference),
    )


def check(
    atlas: Service, principal: Principal, organization: str, year: int
) -> tuple[OpenList, list[ListFinding]]:
    """Hold a draft against the rules, and keep how many findings there were."""
    there = get(atlas, organization, year)
    found = findings_of(atlas, organization, there.content)
    by_rule: dict[str, int] = {}
    for one in found:
        by_rule[one.rule] = by_rule.get(one.rule, 0) + 1
    details = {"violations": len(violations(found)), "findings": by_rule}
    checked = _take(
        atlas,
        principal,
        (organization, year),
        "check",
        details=details,
        expected=there.content.hash,
    )
    return checked, found


def take(
    atlas: Service, principal: Principal, organization: str, year: int, step: str, reason: str = ""
) -> OpenList:
    """Take a step that needs nothing but, at most, a reason.

    Filing is refused while the check finds violations. Raises ``unknown-open-list``,
    ``right-missing`` or ``not-allowed``, ``open-list-step``, ``open-list-reason``,
    ``open-list-needs-another`` and ``open-list-violations``.
    """
    name = (organization, year)
    if step == "check":
        return check(atlas, principal, organization, year)[0]
    if step == "file":
        return _file(atlas, principal, name, reason)
    if step == "publish":
        return _take(atlas, principal, name, step, reason=reason, write=_publishing(atlas))
    if step not in ("review", "return", "accept", "close"):
        raise AtlasError(LIST_STEP, step=step, state="–", possible="–")
    return _take(atlas, principal, name, step, reason=reason)


def propose(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    difference: Difference,
    reason: str,
) -> OpenList:
    """Propose an amendment of a published list (动态调整): it waits for another's review."""
    there = get(atlas, *name)
    wanted = apply(difference, there.content)

    def write(taking: _Taking) -> None:
        taking.details["proposed"] = keep_content(taking.connection, wanted)

    return _take(
        atlas,
        principal,
        name,
        "propose",
        reason=reason,
        details=counts(difference),
        expected=there.content.hash,
        write=write,
    )


def proposed(atlas: Service, there: OpenList) -> Content | None:
    """Return what a list is to say by the amendment that waits; None: none waits."""
    last = there.steps[-1]
    if last.step != "propose":
        return None
    with atlas.journal.reading_tables() as connection:
        return read_content(connection, last.details["proposed"])


def amend(
    atlas: Service,
    principal: Principal,
    organization: str,
    year: int,
    in_force: date | None = None,
) -> OpenList:
    """Release the amendment that waits; what restricts or withdraws is announced before it counts.

    ``in_force``: the day from which on it counts; None: today, or the earliest day there is.
    Raises ``open-list-step`` where none waits, ``open-list-not-announced``, and as `take`.
    """
    there = get(atlas, organization, year)
    wanted = proposed(atlas, there)
    if wanted is None:
        raise AtlasError(LIST_STEP, step="amend", state=there.state, possible="propose")
    today = atlas.clock.today()
    narrows = any(one.narrows for one in diff(there.content, wanted))
    first = today + timedelta(1) if narrows else today
    day = in_force or first
    if day < first:
        raise AtlasError(LIST_ANNOUNCED, first=first)
    return _take(
        atlas,
        principal,
        (organization, year),
        "amend",
        change=lambda _: wanted,
        expected=there.content.hash,
        details={"in_force": day.isoformat(), **counts(diff(there.content, wanted))},
        write=_publishing(atlas, day),
    )


def public_versions(
    atlas: Service, year: int | None = None, organization: str | None = None
) -> list[Version]:
    """Return what was published, those announced too, by year, organization and number."""
    with atlas.journal.reading_tables() as connection:
        return versions_of(connection, year, organization)


def in_force(versions: list[Version], today: date) -> dict[tuple[str, int], Version]:
    """Return the version of each list that counts on a day, by organization and year."""
    found: dict[tuple[str, int], Version] = {}
    for one in versions:
        if one.in_force <= today:
            found[one.organization, one.year] = one
    return found


def content_of(atlas: Service, version: Version) -> Content:
    """Return what a version says."""
    with atlas.journal.reading_tables() as connection:
        return read_content(connection, version.content)


def _file(atlas: Service, principal: Principal, name: tuple[str, int], reason: str) -> OpenList:
    there = get(atlas, *name)
    principal.require(Action.OPEN_LIST_FILE, there.organization)
    step_from(there.state, "file")
    found = violations(findings_of(atlas, there.organization, there.content))
    if found:
        first = f"{found[0].rule} {found[0].title}"
        raise AtlasError(LIST_VIOLATIONS, number=len(found), first=first)

    def write(taking: _Taking) -> None:
        number = next_filing_number(taking.connection, *name)
        add_filing(taking.connection, *name, number, taking.number)
        taking.details["filing_number"] = number

    return _take(
        atlas,
        principal,
        name,
        "file",
        reason=reason,
        expected=there.content.hash,
        write=write,
    )


def _publishing(atlas: Service, day: date | None = None) -> Callable[[_Taking], None]:
    def write(taking: _Taking) -> None:
        taking.details["version"] = add_version(
            taking.connection,
            *taking.name,
            content=taking.content.hash,
            in_force=day or atlas.clock.today(),
            published=taking.now,
        )

    return write


def _take(
    atlas: Service,
    principal: Principal,
    name: tuple[str, int],
    step: str,
    *,
    reason: str = "",
    change: Callable[[Content], Content] | None = None,
    expected: str | None = None,
    details: Mapping[str, Any] | None = None,
    write: Callable[[_Taking], None] | None = None,
) -> OpenList:
    """Take a step in one transaction: all of it, with its audit entry, or nothing.

    ``expected``: the content that the step was decided on.
    """
    organization, year = name
    with atlas.journal.writing_tables() as connection:
        there = find_list(connection, organization, year)
        if there is None and step != "draft":
            raise AtlasError(UNKNOWN_LIST, organization=organization, year=year)
        if there is not None and step == "draft":
            raise AtlasError(LIST_THERE, organization=organization, year=year)
        kind = step_from(NO_LIST if there is None else there.state, step)
        principal.require(kind.by, organization)
        if kind.needs_reason and not reason.strip():
            raise AtlasError(LIST_REASON, step=step)
        if there is not None and _is_the_same(kind, principal, there):
            raise AtlasError(LIST_NEEDS_ANOTHER, step=step)
        content = Content({}) if there is None else there.content
        if expected is not None and content.hash != expected:
            raise AtlasError(LIST_CHANGED, key="–")
        if change is not None:
            content = change(content)
        keep_content(connection, content)
        now = to_number(atlas.clock.now())
        taking = _Taking(connection, name, next_step(connection), now, content)
        taking.details.update(details or {})
        if write is not None:
            write(taking)
        add_step(
            connection,
            number=taking.number,
            organization=organization,
            year=year,
            step=step,
            state=kind.to or (there.state if there is not None else "draft"),
            content=content.hash,
            actor=principal.actor,
            time=now,
            reason=reason.strip()[:LONGEST_REASON],
            details=taking.details,
        )
        atlas.audit.append(
            connection,
            Entry(
                f"open_list.{step}",
                f"{organization} {year}",
                organization=organization,
                reason=reason.strip() or None,
                details={"year": year, **taking.details},
            ),
        )
        return _there(find_list(connection, organization, year), organization, year)


def _is_the_same(kind: StepKind, principal: Principal, there: OpenList) -> bool:
    if kind.other_than is None or principal is OPERATOR:
        return False
    if kind.other_than == "writers":
        return principal.actor in there.writers
    filers = [one.actor for one in there.steps if one.step == "file"]
    return principal.actor in filers[-1:]


def _there(found: OpenList | None, organization: str, year: int) -> OpenList:
    if found is None:
        raise AtlasError(UNKNOWN_LIST, organization=organization, year=year)
    return found


def change_answer(change: ItemChange) -> dict[str, Any]:
    """Return a change as JSON has it."""
    return {
        "kind": change.kind,
        "key": change.key,
        "title": change.here.title,
        "fields": [asdict(one) for one in change.fields],
    }


def as_csv(content: Content) -> bytes:
    """Return a list in the regulation's columns, in UTF-8 with a byte order mark, as Excel opens it."""
    text = StringIO()
    rows = writer(text)
    rows.writerow([heading for heading, _ in COLUMNS.values()])
    for one in content.items.values():
        rows.writerow([safe_cell(getattr(one, name)) for name in COLUMNS])
    return text.getvalue().encode("utf-8-sig")
