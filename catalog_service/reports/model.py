"""What a report says: figures with their aims, their course and their place, and what is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

from catalog_service.open_list.model import Due
from catalog_service.quality.service import AIMS, METRICS, RULES
from catalog_service.reports.period import Period

CITY: Final = ""
"""In the place of an organization: the whole city, all public records together."""

OwnFigure = Literal[
    "on-list",
    "api-listed",
    "livelihood",
    "filed",
    "opened",
    "evaluated",
    "list-items",
    "sample-sets",
    "high-quality",
    "held",
    "demands-in-time",
    "objections-in-time",
    "results",
]
OWN: Final[tuple[OwnFigure, ...]] = get_args(OwnFigure)
"""Figures that this room measures; the others are measured quality."""

_SHOWN: Final = 0.05
"""Percentage points below which a change shows as none."""
DATASETS: Final = "datasets"

OrganizationKind = Literal["city", "district", "department", "former", "other"]
"""``former``: others have taken over from it, and have its datasets among theirs; ``other``:
publishers that the vocabulary of organizations does not know."""
PLACED: Final[frozenset[OrganizationKind]] = frozenset({"district", "department"})
"""Kinds whose organizations have peers."""


@dataclass(frozen=True, slots=True)
class FigureKind:
    """A figure that reports have."""

    name: str
    rule: str
    """That demands it; empty: it stands beside the others for their size."""
    is_share: bool = True
    aim: str = ""
    """The rule's parameter that says what is to be reached."""
    aim_of: Literal["all", "pilots", "city"] = "all"
    """Of whom that is demanded."""
    fewer_is_better: bool = False
    definition: int = 1
    """The version of how it is counted: raised where days before cannot be compared any more."""
    aim_passed_to: str = ""
    """The figure that is held against the aim on days that have it."""


KINDS: Final[Mapping[str, FigureKind]] = {
    one.name: one
    for one in (
        FigureKind(DATASETS, "", is_share=False),
        *(
            # What is demanded of the year's lists was held against all public datasets before.
            FigureKind(name, RULES[name], aim="api-rate", aim_passed_to="api-listed")
            if name == "api"
            else FigureKind(name, RULES[name], aim=AIMS.get(name, ""))
            for name in METRICS
        ),
        FigureKind("on-list", "R12", aim="open-list-coverage"),
        FigureKind("api-listed", "R15", aim="api-rate"),
        FigureKind("livelihood", "R27"),
        FigureKind("list-items", "R13", is_share=False, aim="items", aim_of="pilots"),
        FigureKind("filed", "R11", definition=2),
        FigureKind("opened", "R11", definition=2),
        FigureKind("evaluated", "R23", definition=2),
        FigureKind("sample-sets", "R20", is_share=False, aim="sample-sets", aim_of="city"),
        FigureKind("high-quality", "R20", is_share=False, aim="high-quality-sets", aim_of="city"),
        FigureKind("demands-in-time", "R18"),
        FigureKind("objections-in-time", "R19"),
        FigureKind("results", "", is_share=False),
        FigureKind("held", "", is_share=False, fewer_is_better=True),
    )
}
"""In the order in which reports have them."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure on a day: ``counted`` of ``whole``; of a plain count there is no whole.

    ``definition``: the version of its definition by which it was counted.
    """

    day: date
    counted: int
    whole: int | None = None
    definition: int = 1

    @property
    def percent(self) -> float | None:
        """The share from 0 to 100; None of a count, and where there is nothing to share."""
        return 100 * self.counted / self.whole if self.whole else None

    @property
    def value(self) -> float | None:
        """What is compared: the share, or the count."""
        return self.counted if self.whole is None else self.percent

    def change_since(self, before: Counted | None) -> float | None:
        """By how much it changed; None where either has no value, or they are defined otherwise."""
        if before is None or before.definition != self.definition:
            return None
        return None if self.value is None or before.value is None else self.value - before.value


@dataclass(frozen=True, slots=True)
class ReportAim:
    """What is to be reached on a day: a share from 0 to 100, or a count; with its article."""

    value: float
    since: date
    until: date | None
    article: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a share stands among its peers': ``rank`` 1 is the highest, which ``equal`` share."""

    rank: int
    equal: int
    of: int
    median: float

    @property
    def span(self) -> str:
        """The places that those of the same share have: ``1``, or ``2–4``."""
        last = self.rank + self.equal - 1
        return f"{self.rank}" if last == self.rank else f"{self.rank}–{last}"


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a report."""

    kind: FigureKind
    now: Counted
    before: Counted | None
    """At the end of the period before; None: it was not measured then."""
    course: tuple[Counted, ...]
    aim: ReportAim | None
    place: Place | None
    defined_since: date | None = None
    """The first day that was counted as ``now`` was, where others of the line were not."""

    @property
    def change(self) -> float | None:
        """By how much it changed since the period before; percentage points of a share.

        None where the figure was defined otherwise then.
        """
        return self.now.change_since(self.before)

    @property
    def comparable(self) -> tuple[Counted, ...]:
        """The part of the course that is defined as ``now`` is."""
        return tuple(one for one in self.course if one.definition == self.now.definition)

    @property
    def is_better(self) -> bool | None:
        """Whether it got better (True) or worse (False); None: neither, or nothing to compare."""
        change = self.change
        if change is None or abs(change) < (_SHOWN if self.kind.is_share else 1):
            return None
        return (change < 0) == self.kind.fewer_is_better

    @property
    def reached(self) -> bool | None:
        """Whether the aim is reached; None where there is none, or nothing to hold against it."""
        if self.aim is None or self.now.value is None:
            return None
        return self.now.value >= self.aim.value


@dataclass(frozen=True, slots=True)
class Reported:
    """An organization as it was called, and what it belonged to, on a day."""

    iri: str
    zh: str
    en: str
    kind: OrganizationKind
    above: tuple[str, ...] = ()
    """What it lies below, or was followed by."""

    @property
    def names(self) -> dict[str, str]:
        """What it is called, by language."""
        return {"zh": self.zh, "en": self.en}


@dataclass(frozen=True, slots=True)
class Peer:
    """A row of the city's report: an organization with its figures and their change."""

    organization: Reported
    figures: Mapping[str, Counted]
    changes: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Report:
    """A report as of the end of a day."""

    period: Period
    day: date
    """The last day that it covers: the period's last, or an earlier one."""
    organization: Reported
    lines: tuple[Line, ...]
    due: tuple[Due, ...]
    names: Mapping[str, Reported]
    """Of the organizations that it names."""
    peers: tuple[Peer, ...] = ()
    others: int = 0
    """Publishers with records that are neither departments nor districts."""
    base: str = ""
    """Below which its figures have IRIs: the catalogue's."""
    lasts: bool = False
    """Whether its last day was not over when it was put together: its figures may still change."""

    @property
    def is_whole(self) -> bool:
        """Whether the period was over at the end of the day."""
        return self.day >= self.period.last

    @property
    def is_unfinished(self) -> bool:
        """Whether it may say less than the period's report will."""
        return self.lasts or not self.is_whole

    @property
    def better(self) -> tuple[Line, ...]:
        """What got better since the period before."""
        return tuple(one for one in self.lines if one.is_better)

    @property
    def worse(self) -> tuple[Line, ...]:
        """What got worse."""
        return tuple(one for one in self.lines if one.is_better is False)
