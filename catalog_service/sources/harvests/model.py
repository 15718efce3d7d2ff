"""What a harvest is: how its source is visited, where its run stands, and how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from catalog_service.settings_urls import MAIL_ADDRESS
from catalog_service.sources.notices.model import Channel, NotifyOn
from ontology.errors import AtlasError

COUNTERS: Final = (
    "read",
    "created",
    "updated",
    "unchanged",
    "held",
    "rejected",
    "skipped",
    "revived",
    "confirmed",
    "missing",
    "withdrawn",
    "errors",
)
"""The counters of a run, in the order in which they are shown.

``read`` counts the entries of the list; ``skipped`` those whose change mark is the known one, so
that they were not requested; ``revived`` those of ``created`` and ``updated`` that had been gone;
``confirmed`` those that a whole list did not name and the platform has all the same.
"""


BEING_DECIDED: Final = "being-decided"
SUPERSEDED: Final = "superseded"
"""Messages of runs that waited, beside the verdict (`approve`, `refuse`); who decided, and why, is
kept with the question."""


class HarvestSettings(BaseModel):
    """How one source is visited; stored as JSON."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    options: Mapping[str, str] = Field(default_factory=dict)
    """Settings of the platform's type (`harvesters.platforms.registry`)."""
    allow: tuple[str, ...] = ()
    """Inner addresses that the guarded client may reach for this source alone."""
    schedule: str | None = None
    """When it is visited, in the syntax of cron, in Shanghai's time; None: when told to."""
    jitter_minutes: Annotated[int, Field(ge=0, le=720)] = 10
    """A visit begins up to so many minutes late, so that not all begin at once."""
    grace_days: Annotated[int, Field(ge=0, le=3_650)] = 14
    """Days for which a record that is no longer listed stays *missing* before it is withdrawn."""
    most_removed: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Share of the live records above which removals wait for a steward."""
    full_every_hours: Annotated[int, Field(ge=1, le=8_760)] = 24
    """Hours after which a whole walk follows the increments: only it finds what is gone."""
    deadline_minutes: Annotated[int, Field(ge=1, le=10_080)] = 240
    """A run that takes longer stops, and the next one goes on where it stood."""
    requests_per_second: Annotated[float, Field(gt=0, le=10_000)] = 10
    parallel: Annotated[int, Field(ge=1, le=32)] = 4
    """Requests to the platform at the same time."""
    peer: bool = False
    """Whether public queries may ask its SPARQL endpoint by SERVICE."""
    notify_on: NotifyOn = "held"
    """After which runs notices are sent, where there is an address for them."""
    notify_webhook: Annotated[str | None, Field(max_length=2_000)] = None
    """As it is given; stored and read as `shown_webhook` shows it (`webhook_receivers`)."""
    notify_emails: tuple[Annotated[str, Field(max_length=254, pattern=MAIL_ADDRESS)], ...] = ()

    def notice_targets(self) -> list[tuple[Channel, str]]:
        """Return where notices of this source go."""
        webhook = self.notify_webhook
        targets: list[tuple[Channel, str]] = [("webhook", webhook)] if webhook else []
        return [*targets, *(("email", address) for address in self.notify_emails)]


@dataclass(frozen=True, slots=True)
class HarvestSource:
    """What is stored of a source that is visited."""

    source: str
    settings: HarvestSettings
    bookmark: str | None = None
    full_walk: datetime | None = None
    """When the last whole walk ended."""
    listed: int | None = None
    """Entries that it named."""
    due: datetime | None = None
    accept_shorter: bool = False
    """Whether its next run is to believe a list much shorter than expected."""
    has_credentials: bool = False
    """Whether some are kept; what they are is `source_credentials`' affair."""


@dataclass(frozen=True, slots=True)
class WalkEnd:
    """How a walk came to its end."""

    bookmark: str | None
    unchanged: bool
    removed: tuple[str, ...]
    """Datasets that the platform itself said are gone."""
    ends_at_once: bool
    """Whether these are taken as gone however many they are."""
    incomplete: AtlasError | None
    """Why the list is not whole although it ended."""
    whole: bool
    """Whether all was listed, though only what changed was asked for."""
    unread: int
    """How many datasets could not be read that may be readable next time."""


@dataclass(slots=True)
class HarvestRun:
    """A run under way, as its owner knows it."""

    id: str
    number: int
    source: str
    full: bool
    bookmark: str | None
    cursor: str | None
    pages: int
    total: int | None
    counters: Counter[str]
    owner: str
    resumed: bool = False
    believes: bool = False
    """Whether its source wants a list much shorter than expected believed, as it began."""
    walked: WalkEnd | None = None
    """How its walk ended, stored with the last page: only its removals are left to do. None as long
    as it walks, and after a list that was not whole, which must be walked again."""

    @property
    def can_go_on(self) -> bool:
        """Whether it can be gone on with, should it be stopped now; otherwise a run begins anew."""
        return goes_on(self.pages, self.cursor, has_walked=self.walked is not None)


def goes_on(pages: int, cursor: str | None, *, has_walked: bool) -> bool:
    """Tell whether a run that was stopped can be gone on with.

    It stands before its first page (``pages`` counts those that are stored), at a cursor, or behind
    its walk.
    """
    return pages == 0 or cursor is not None or has_walked


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong with one dataset of a run."""

    remote_id: str | None
    error: Mapping[str, Any]
    """As in answers of the API: code, message in two languages, place."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a dry run would change of one record."""

    remote_id: str | None
    status: str
    kind: str | None


@dataclass(slots=True)
class HarvestResult:
    """How a harvest ended."""

    run: str | None
    """None for a dry run."""
    status: str
    counters: Counter[str] = field(default_factory=Counter)
    error: AtlasError | None = None
    """Why it failed, stopped or waits."""
    seq: int | None = None
    """The last change that was written."""
    differences: list[Difference] = field(default_factory=list)
    named: set[str] = field(default_factory=set)
    """Of a dry run: what the list named."""
    problems: list[Problem] = field(default_factory=list)
