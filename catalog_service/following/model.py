"""What can be followed, by whom and how, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from translations import NP_, Lang

TargetKind = Literal["dataset", "organization", "topic", "search"]
TARGET_KINDS: Final[Mapping[TargetKind, str]] = {
    "dataset": NP_("follow", "Dataset"),
    "organization": NP_("follow", "Organization"),
    "topic": NP_("follow", "Data domain"),
    "search": NP_("follow", "Search"),
}
"""What can be followed, and what each is called."""

How = Literal["each", "daily", "weekly", "never"]
HOW: Final[Mapping[How, str]] = {
    "each": NP_("follow", "at once"),
    "daily": NP_("follow", "once a day, together"),
    "weekly": NP_("follow", "once a week, together"),
    "never": NP_("follow", "in the feed alone"),
}
"""How news come."""

NewsKind = Literal["new", "changed", "ended", "corrected", "late", "announced"]

Why = Literal["application", "objection"]
WHY: Final[Mapping[Why, str]] = {
    "application": NP_("follow", "because you applied for it"),
    "objection": NP_("follow", "because you objected to it"),
}
"""Why somebody follows a dataset who did not choose to."""


@dataclass(frozen=True, slots=True)
class Target:
    """What somebody follows: a dataset, an organization, a topic or a search."""

    id: int
    kind: TargetKind
    value: str
    """The IRI, or the query string of a search."""
    last: int = 0
    """Number of its last piece of news."""


@dataclass(frozen=True, slots=True)
class Follow:
    """That a person follows something."""

    target: Target
    person: str = field(repr=False)
    how: How
    why: Why | None
    time: datetime
    since: int
    """Number of the last piece of news when it began."""
    told: int
    """Number of the last piece of news that was told."""


@dataclass(frozen=True, slots=True)
class NewNews:
    """A piece of news before it has a number."""

    target: int
    origin: str
    subject: str
    kind: NewsKind
    details: Mapping[str, Any]
    run: str | None
    time: datetime


@dataclass(frozen=True, slots=True)
class News:
    """What became of a dataset, for who follows one thing."""

    number: int
    target: int
    origin: str
    subject: str
    kind: NewsKind
    details: Mapping[str, Any]
    run: str | None
    time: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """A personal address of news without what opens it."""

    id: str
    person: str = field(repr=False)
    lang: Lang
    created: datetime
    used: date | None
