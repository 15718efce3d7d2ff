"""Exceptions that wait for a release, and those that end soon, for the workbench."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from catalog_service.accounts.service import Action, Principal, owner_name, sources_of
from catalog_service.context import Service
from catalog_service.datasets.service import shown_titles
from catalog_service.rule_work.exceptions import ExceptionFilter, list_exceptions
from catalog_service.rule_work.model import RuleException
from catalog_service.waiting import Deadline, DeadlineKind, WaitingItem, WaitingKind
from translations import N_

SOON: Final = 14
"""Days before its end from which on an exception is shown to whoever keeps the record."""
MOST: Final = 200
"""Lines of one kind."""
LIST: Final = "/rules/exceptions"


def _found(
    atlas: Service, principal: Principal, action: Action, wanted: ExceptionFilter
) -> list[RuleException]:
    sources = sources_of(atlas.journal, principal, action)
    if sources is not None and not sources:
        return []
    with atlas.journal.reading_tables() as connection:
        return list_exceptions(connection, sources, wanted, atlas.clock.today(), limit=MOST)


def _to_release(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    wanted = ExceptionFilter(("waiting",), not_by=principal.actor)
    for one in _found(atlas, principal, Action.RULE_EXCEPT, wanted):
        # Whoever releases it later than its last day releases nothing.
        path = f"{LIST}?state=waiting#exception-{one.number}"
        yield WaitingItem(_name(one), path, 1, one.asked, one.until)


def _ending(atlas: Service, principal: Principal) -> Iterator[WaitingItem]:
    last = atlas.clock.today() + timedelta(SOON)
    for one in _found(atlas, principal, Action.RULE_ASK, ExceptionFilter(("running",), until=last)):
        path = f"{LIST}?state=running#exception-{one.number}"
        yield WaitingItem(_name(one), path, 1, one.released, one.until)


def _name(one: RuleException) -> str:
    return f"{one.rule} · {one.source}/{one.remote_id}"


WAITING: Final = (
    WaitingKind(
        "rule-exception",
        N_("Exceptions from rules"),
        N_("Somebody asks to except a record from a rule: release it, or refuse it."),
        _to_release,
    ),
    WaitingKind(
        "rule-exception-ends",
        N_("Exceptions that end"),
        N_("Have the record mended before that day, or ask for the exception anew."),
        _ending,
    ),
)
"""What of exceptions waits for people."""


def _ends(atlas: Service, principal: Principal, first: date, last: date) -> Iterator[Deadline]:
    wanted = ExceptionFilter(("running",), until=last)
    found = [one for one in _found(atlas, principal, Action.RULE_ASK, wanted) if first <= one.until]
    titles = shown_titles(atlas, [(one.source, one.remote_id) for one in found], principal)
    for one in found:
        texts = titles.get((one.source, one.remote_id))
        name = f"{one.rule} · {next(iter(texts.values()))}" if texts else _name(one)
        whose = owner_name(atlas.accounts.hierarchy, atlas.journal, one.source)
        yield Deadline(one.until, name, f"{LIST}?state=running#exception-{one.number}", whose=whose)


DEADLINES: Final = (DeadlineKind("rule-exception", N_("Exceptions from rules that end"), _ends),)
"""The last days of exceptions."""
