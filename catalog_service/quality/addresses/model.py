"""What an address answered, how long that holds, and what it says of a dataset."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

Outcome = Literal[
    "answers",
    "moved",
    "refused",
    "not-found",
    "server-error",
    "timed-out",
    "name-unknown",
    "unreachable",
    "tls",
    "not-allowed",
    "later",
]
"""``moved``: it answers, at another address that is there for good; ``refused``: it demands a
permission or another request (400, 401, 403, 405 …); ``unreachable``: no connection;
``not-allowed``: it, or where it redirects to, is not asked from here (an inner address, no longer
encrypted, the host's robots.txt); ``later``: the host asked to be left alone."""

GOOD: Final[frozenset[Outcome]] = frozenset(("answers", "moved"))
FAILED: Final[frozenset[Outcome]] = frozenset(
    ("not-found", "server-error", "timed-out", "name-unknown", "unreachable", "tls")
)
UNKNOWN: Final[frozenset[Outcome]] = frozenset(("not-allowed", "later"))
"""Say nothing of the address."""

HOLDS: Final = timedelta(days=90)
"""For how long an answer says something of an address that was not asked since."""

Part = Literal["download", "access", "documentation", "landing-page"]
"""What a record names an address as."""

Standing = Literal["answers", "dead", "failing", "refused", "unasked"]
"""``dead``: failed on several different days; ``failing``: not on so many yet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of asking; ``status`` is of HTTP, None where none was received.

    ``is_of_origin``: there was no connection to its origin (scheme, host and port), so that the
    origin's other addresses may say the same.
    """

    outcome: Outcome
    status: int | None = None
    is_of_origin: bool = False


@dataclass(frozen=True, slots=True)
class AddressState:
    """What is kept of an address.

    ``outcome`` is of the day ``seen``, and the same since ``since``; ``tried`` is the last day on
    which it was its turn. ``good``: the last day on which it answered. Since then it has failed on
    ``failed_days`` different days, the last of which is ``failed``.
    """

    outcome: Outcome
    status: int | None
    since: date
    seen: date
    tried: date
    good: date | None = None
    failed: date | None = None
    failed_days: int = 0

    def after(self, found: Asked, day: date) -> AddressState:
        """Return what is kept once it was asked on a day; what says nothing changes the turn."""
        if found.outcome in UNKNOWN and self.outcome not in UNKNOWN:
            return AddressState(
                self.outcome,
                self.status,
                self.since,
                self.seen,
                day,
                self.good,
                self.failed,
                self.failed_days,
            )
        good, failed, days = self.good, self.failed, self.failed_days
        if found.outcome in FAILED:
            # However often it failed on a day.
            days += failed != day
            failed = day
        elif found.outcome not in UNKNOWN:
            failed, days = None, 0
            good = day if found.outcome in GOOD else good
        since = self.since if found.outcome == self.outcome else day
        return AddressState(found.outcome, found.status, since, day, day, good, failed, days)

    def standing(self, day: date, dead_days: int) -> Standing:
        """Return what that says of the address on a day."""
        if self.outcome in UNKNOWN or day - self.seen > HOLDS:
            return "unasked"
        if self.outcome in GOOD:
            return "answers"
        if self.outcome in FAILED:
            return "dead" if self.failed_days >= dead_days else "failing"
        return "refused"

    def is_due(self, day: date, days: int, dead_days: int) -> bool:
        """Tell whether it is its turn on a day: after ``days``, or on the next one if it failed."""
        is_failing = self.outcome in FAILED and self.failed_days < dead_days
        return day - self.tried >= timedelta(days=1 if is_failing else days)


def first_state(found: Asked, day: date) -> AddressState:
    """Return what is kept of an address that was not asked before."""
    return AddressState("later", None, day, day, day).after(found, day)


def key_of(address: str) -> str:
    """Return what an address is kept by: its digest, since it may hold a key."""
    return hashlib.sha256(address.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AskedAddress:
    """An address of a record, what it is named as, and what is known of it; None: not asked yet."""

    address: str
    part: Part
    state: AddressState | None
    standing: Standing


def listed(
    addresses: Mapping[str, Part], states: Mapping[str, AddressState], day: date, dead_days: int
) -> list[AskedAddress]:
    """Return a record's addresses with what is known of them, by digest (`key_of`)."""
    found: list[AskedAddress] = []
    for address, part in addresses.items():
        state = states.get(key_of(address))
        standing: Standing = "unasked" if state is None else state.standing(day, dead_days)
        found.append(AskedAddress(address, part, state, standing))
    return found
