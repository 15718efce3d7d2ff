"""Tells people of days that come near, once each."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from threading import Event
from typing import Final

import structlog

from catalog_service.accounts.service import Action, Principal
from catalog_service.context import Service
from catalog_service.notices.service import (
    Notice,
    PersonalNotices,
    forget_told,
    last_told,
    note_told,
)
from catalog_service.waiting import Deadline, DeadlineKind
from ontology.errors import AtlasError
from translations import LANGUAGES, Translator, translator

AHEAD: Final = timedelta(days=3)
"""How long before a day it is told of."""
MOST: Final = 20
"""Deadlines that one person is told of in one day; the calendar has all."""
LOOK_EVERY: Final = 600.0
"""Seconds between two looks for a new day."""
_KEPT: Final = timedelta(days=60)
_TODAY: Final = "deadlines"

_log = structlog.get_logger(__name__)


def tell_deadlines_until(
    atlas: Service,
    stop: Event,
    kinds: Sequence[DeadlineKind],
    *,
    look_every: float = LOOK_EVERY,
) -> None:
    """Tell once a day until ``stop`` is set."""
    while not stop.wait(look_every):
        try:
            tell_deadlines(atlas, kinds)
        except AtlasError as error:
            _log.warning("deadlines-not-told", error=error.code)


def tell_deadlines(atlas: Service, kinds: Sequence[DeadlineKind]) -> int:
    """Tell everybody at the workbench what falls due soon; return how many notices that were.

    Once a day; a deadline is told to a person once, whatever day it comes nearer.
    """
    today, told = atlas.clock.today(), 0
    with atlas.journal.reading_tables() as connection:
        before = last_told(connection, _TODAY)
    if before is not None and before[0] == today.toordinal():
        return 0
    for person in atlas.accounts.who_may.somewhere(Action.WORKBENCH_READ):
        account = atlas.accounts.people.look_up(person)
        if account is not None:
            told += _tell(atlas, atlas.accounts.principal(account), kinds, today)
    with atlas.journal.writing_tables() as connection:
        note_told(connection, _TODAY, today.toordinal(), atlas.clock.now())
        forget_told(connection, "deadline:", atlas.clock.now() - _KEPT)
    return told


def _tell(atlas: Service, principal: Principal, kinds: Sequence[DeadlineKind], today: date) -> int:
    found = sorted(_near(atlas, principal, kinds, today), key=lambda one: one[1].day)
    new: dict[str, tuple[DeadlineKind, Deadline]] = {}
    with atlas.journal.reading_tables() as connection:
        for kind, deadline in found:
            key = _key(principal.id, kind, deadline)
            # Those told of before take no place of those that were one too many then.
            if last_told(connection, key) is None:
                new[key] = (kind, deadline)
            if len(new) == MOST:
                break
    if not new:
        return 0
    personal, told = PersonalNotices(atlas.journal), 0
    with atlas.journal.writing_tables() as connection:
        for key, (kind, deadline) in new.items():
            if last_told(connection, key) is not None:
                continue
            title = {lang: _title(translator(lang), kind, deadline) for lang in LANGUAGES}
            data = {"day": deadline.day.isoformat(), "title": title}
            notice = Notice("deadline.near", data, path=deadline.path)
            personal.tell(connection, notice, [principal.id])
            note_told(connection, key, 1, atlas.clock.now())
            told += 1
    return told


def _near(
    atlas: Service, principal: Principal, kinds: Sequence[DeadlineKind], today: date
) -> Iterator[tuple[DeadlineKind, Deadline]]:
    for kind in kinds:
        try:
            for deadline in kind.find(atlas, principal, today, today + AHEAD):
                yield kind, deadline
        except AtlasError as error:
            # The index is away, say: what the others tell is told all the same.
            _log.warning("deadlines cannot be told", kind=kind.name, error=error.code)


def _title(texts: Translator, kind: DeadlineKind, deadline: Deadline) -> str:
    """Return what falls due and whose it is: without either a notice helps nobody."""
    title = texts.gettext(kind.label)
    if deadline.name:
        title += f"{texts.pgettext('label', ': ')}{deadline.name}"
    told = [deadline.whose] if deadline.whose else []
    if deadline.count > 1:
        told.append(texts.gettext("{count} in all", count=deadline.count))
    if told:
        title += texts.gettext(" ({text})", text=texts.pgettext("list", ", ").join(told))
    return title


def _key(person: str, kind: DeadlineKind, deadline: Deadline) -> str:
    # Which of several stand first changes as they are dealt with.
    name = deadline.name if deadline.count == 1 else ""
    text = "\n".join((person, kind.name, deadline.day.isoformat(), deadline.path, name))
    return f"deadline:{hashlib.blake2b(text.encode(), digest_size=16).hexdigest()}"
