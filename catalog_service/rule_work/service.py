"""Exceptions of records from rules: asked for, released by another, ended, and told.

An exception lets a record through the gate, and hides nothing: what the rule finds stays found, and
is told with the reason and the last day. So an exception ends by itself, without anything being
written on the day.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from catalog_service.accounts.service import (
    Action,
    Principal,
    four_eyes,
    owner_of,
    sources_of,
)
from catalog_service.audit.service import Entry
from catalog_service.context import Service
from catalog_service.course_chart import Chart, chart
from catalog_service.errors import RECORD_NOT_FOUND
from catalog_service.journal.codec import to_number
from catalog_service.rule_work.errors import (
    EXCEPTION_CLOSED,
    EXCEPTION_END,
    EXCEPTION_NEEDS_ANOTHER,
    EXCEPTION_THERE,
    NO_EXCEPTION_FROM,
    UNKNOWN_EXCEPTION,
)
from catalog_service.rule_work.exceptions import (
    ExceptionFilter,
    add_exception,
    change_exception,
    count_by_rule,
    count_exceptions,
    exceptions_of,
    find_exception,
    list_exceptions,
)
from catalog_service.rule_work.model import RuleException, State
from catalog_service.rule_work.rates import DayRate, history, measure
from catalog_service.rules.model import Excepted, RuleFindings
from harvesters.protocols import Submission
from ontology.errors import AtlasError
from ontology.record import mint_iri

__all__ = [
    "Chart",
    "Excepted",
    "Made",
    "all_excepted",
    "ask",
    "count_listed",
    "end",
    "excepted_by_rule",
    "excepted_from",
    "last_day",
    "listed",
    "measure",
    "pass_course",
    "release",
    "told_with",
    "with_exceptions",
]

OPEN: Final[tuple[State, ...]] = ("waiting", "running")
"""States of exceptions of which there is one at a time for a record and a rule."""

COURSE_DAYS: Final = 90
"""Days that a rule's page shows."""

GUARDING: Final = frozenset({"R02", "R25"})
"""Rules on what may not be open, and on the review of secrecy: an exception from one of them is a
review of secrecy, which always needs a second person."""


@dataclass(frozen=True, slots=True)
class Made:
    """What became of an exception.

    ``freed``: a version of the record that waited went through by it.
    """

    exception: RuleException
    freed: bool = False


def last_day(atlas: Service) -> date:
    """Return the last day on which an exception that is asked for today may end."""
    return atlas.clock.today() + timedelta(atlas.settings.exception_days)


def ask(
    atlas: Service,
    principal: Principal,
    rule_id: str,
    name: tuple[str, str],
    *,
    until: date,
    reason: str,
) -> Made:
    """Ask for an exception of a record, by source and identifier.

    It runs at once where whoever asks may except records, and nobody else need release it. Raises
    ``right-missing`` or ``not-allowed``, ``unknown-rule``, ``no-exception-from``,
    ``record-not-found``, ``exception-end`` and ``exception-there``.
    """
    source, remote_id = name
    principal.require_over(Action.RULE_ASK, source)
    rule = atlas.rules.get(rule_id)
    if not rule.shaped:
        raise AtlasError(NO_EXCEPTION_FROM, rule=rule.id)
    if remote_id not in atlas.journal.states(source, [remote_id]):
        raise AtlasError(RECORD_NOT_FOUND, iri=mint_iri(atlas.settings.base_iri, source, remote_id))
    today, last = atlas.clock.today(), last_day(atlas)
    if not today <= until <= last:
        raise AtlasError(EXCEPTION_END, until=until, first=today, last=last)
    owner = owner_of(atlas.journal, source) or ""
    guards = rule.id in GUARDING
    alone = (
        principal.may_over(Action.RULE_EXCEPT, source)
        and four_eyes(atlas.journal, owner, opens=False, reviews_secrecy=guards) is None
    )
    now = to_number(atlas.clock.now())
    with atlas.journal.writing_tables() as connection:
        principal.anew().require_over(Action.RULE_EXCEPT if alone else Action.RULE_ASK, source)
        for there in exceptions_of(connection, source, [remote_id], today, OPEN):
            if there.rule == rule.id:
                raise AtlasError(
                    EXCEPTION_THERE, remote_id=remote_id, rule=rule.id, until=there.until
                )
        number = add_exception(
            connection,
            rule=rule.id,
            source=source,
            remote_id=remote_id,
            reason=reason,
            until=until,
            asked_by=principal.actor,
            asked=now,
            released_by=principal.actor if alone else None,
            released=now if alone else None,
        )
        made = _found(find_exception(connection, number), number)
        action = "rule.except" if alone else "rule.ask_exception"
        atlas.audit.append(connection, _told(atlas, action, made, reason))
    return Made(made, freed=alone and _let_through(atlas, principal, made))


def release(atlas: Service, principal: Principal, number: int) -> Made:
    """Release an exception that somebody else asked for: it runs from now on.

    Raises ``unknown-exception``, ``right-missing`` or ``not-allowed``, ``exception-closed`` and
    ``exception-needs-another``.
    """
    with atlas.journal.writing_tables() as connection:
        there = _found(find_exception(connection, number), number)
        principal.anew().require_over(Action.RULE_EXCEPT, there.source)
        if there.state(atlas.clock.today()) != "waiting":
            raise AtlasError(EXCEPTION_CLOSED, number=number)
        if there.asked_by == principal.actor:
            raise AtlasError(EXCEPTION_NEEDS_ANOTHER)
        now = to_number(atlas.clock.now())
        change_exception(connection, number, released_by=principal.actor, released=now)
        made = _found(find_exception(connection, number), number)
        atlas.audit.append(connection, _told(atlas, "rule.except", made, made.reason))
    return Made(made, freed=_let_through(atlas, principal, made))


def end(atlas: Service, principal: Principal, number: int, reason: str) -> Made:
    """Revoke an exception that runs, or refuse one that waits; who asked may take that back.

    What is public stays public: the next version of the record is held against the rule again.
    Raises as `release` does.
    """
    with atlas.journal.writing_tables() as connection:
        there = _found(find_exception(connection, number), number)
        state = there.state(atlas.clock.today())
        if state != "waiting" or there.asked_by != principal.actor:
            principal.anew().require_over(Action.RULE_EXCEPT, there.source)
        if state not in ("waiting", "running"):
            raise AtlasError(EXCEPTION_CLOSED, number=number)
        now = to_number(atlas.clock.now())
        change_exception(
            connection, number, ended_by=principal.actor, ended=now, ended_reason=reason
        )
        made = _found(find_exception(connection, number), number)
        atlas.audit.append(connection, _told(atlas, "rule.end_exception", made, reason))
    return Made(made)


def listed(
    atlas: Service,
    principal: Principal,
    wanted: ExceptionFilter,
    *,
    offset: int = 0,
    limit: int = 50,
) -> list[RuleException]:
    """Return exceptions of records of sources that somebody may see, the first to end first."""
    sources = sources_of(atlas.journal, principal, Action.DATASET_READ_HELD)
    with atlas.journal.reading_tables() as connection:
        today = atlas.clock.today()
        return list_exceptions(connection, sources, wanted, today, offset=offset, limit=limit)


def count_listed(atlas: Service, principal: Principal, wanted: ExceptionFilter) -> int:
    """Return how many `listed` has in all."""
    sources = sources_of(atlas.journal, principal, Action.DATASET_READ_HELD)
    with atlas.journal.reading_tables() as connection:
        return count_exceptions(connection, sources, wanted, atlas.clock.today())


def excepted_by_rule(atlas: Service, source: str) -> Mapping[str, int]:
    """Return how many records of a source are excepted today, by rule."""
    with atlas.journal.reading_tables() as connection:
        return count_by_rule(connection, source, atlas.clock.today())


def all_excepted(atlas: Service, source: str) -> Mapping[str, Mapping[str, Excepted]]:
    """Return from which rules all records of a source are excepted today, by remote id and rule."""
    wanted = ExceptionFilter(("running",), source=source)
    today = atlas.clock.today()
    found: dict[str, dict[str, Excepted]] = {}
    with atlas.journal.reading_tables() as connection:
        for one in list_exceptions(connection, None, wanted, today, limit=None):
            found.setdefault(one.remote_id, {})[one.rule] = one.told
    return found


def excepted_from(
    atlas: Service, source: str, remote_ids: Collection[str]
) -> Mapping[str, Mapping[str, Excepted]]:
    """Return from which rules records of a source are excepted today, by remote id and rule."""
    found: dict[str, dict[str, Excepted]] = {}
    with atlas.journal.reading_tables() as connection:
        for one in exceptions_of(connection, source, remote_ids, atlas.clock.today()):
            found.setdefault(one.remote_id, {})[one.rule] = one.told
    return found


def with_exceptions(
    atlas: Service, source: str, remote_id: str, findings: Sequence[RuleFindings]
) -> list[RuleFindings]:
    """Return what rules find in a record, with what it is excepted from."""
    if not findings:
        return []
    return told_with(findings, excepted_from(atlas, source, [remote_id]).get(remote_id, {}))


def told_with(
    findings: Iterable[RuleFindings], excepted: Mapping[str, Excepted]
) -> list[RuleFindings]:
    """Return findings with what their record is excepted from, by rule."""
    return [
        one.model_copy(update={"excepted": excepted[one.rule]}) if one.rule in excepted else one
        for one in findings
    ]


def pass_course(atlas: Service, rule: str) -> Chart[DayRate] | None:
    """Return how the pass rate of a rule moved in the last days; None where none was measured."""
    return chart(history(atlas, rule, COURSE_DAYS))


def _found(exception: RuleException | None, number: int) -> RuleException:
    if exception is None:
        raise AtlasError(UNKNOWN_EXCEPTION, number=number)
    return exception


def _let_through(atlas: Service, principal: Principal, made: RuleException) -> bool:
    """Ask the rules again where a version of the record waits; tell whether it went through."""
    state = atlas.journal.states(made.source, [made.remote_id]).get(made.remote_id)
    if state is None or state.held_seq is None:
        return False
    submission = Submission(made.source, principal.actor, reason=f"{made.rule}: {made.reason}")
    return any(
        outcome.kind == "released"
        for outcome in atlas.catalog.recheck(submission, [made.remote_id])
    )


def _told(atlas: Service, action: str, made: RuleException, reason: str) -> Entry:
    return Entry(
        action,
        mint_iri(atlas.settings.base_iri, made.source, made.remote_id),
        source=made.source,
        reason=reason,
        details={
            "exception": made.number,
            "rule": made.rule,
            "until": made.until.isoformat(),
        },
    )
