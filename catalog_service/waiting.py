"""What waits for somebody, and what falls due when: what rooms tell the workbench.

A room offers kinds of either (`catalog_service.room.Room`), and the workbench shows what they find
for whoever looks. It knows no room, and no room knows it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog_service.accounts.service import Principal
    from catalog_service.context import Service


@dataclass(frozen=True, slots=True)
class WaitingItem:
    """One line of the workbench: something that somebody has to do."""

    name: str
    """What it is about, as people call it: a dataset, a source, an organization."""
    path: str
    """The page on which it is dealt with, with its query."""
    count: int = 1
    """How many things of the kind the line stands for."""
    since: datetime | None = None
    """Since when the oldest of them waits."""
    due: date | None = None
    """The day in Shanghai by which it is to be done; None: no day is set."""
    first_of_several: bool = False
    """The name is of the first of them: the others have names of their own."""


@dataclass(frozen=True, slots=True)
class WaitingKind:
    """A kind of what waits."""

    name: str
    label: str
    """What it is called; marked for translation."""
    task: str
    """What is to be done about it; marked for translation."""
    find: Callable[[Service, Principal], Iterable[WaitingItem]]
    """Returns what of it waits for somebody; bounded, and quick enough for a page."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day on which something falls due; ``count`` things of the kind on the same page."""

    day: date
    name: str
    """What falls due, as people call it; of several the first ones."""
    path: str
    """The page on which it is dealt with."""
    count: int = 1
    whose: str = ""
    """The organizations it belongs to, where the name does not say so."""


@dataclass(frozen=True, slots=True)
class DeadlineKind:
    """A kind of deadlines."""

    name: str
    label: str
    """What it is called; marked for translation."""
    find: Callable[[Service, Principal, date, date], Iterable[Deadline]]
    """Returns those from the first day to the last, both included."""
