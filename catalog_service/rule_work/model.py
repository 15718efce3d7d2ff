"""An exception of a record from a rule."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

from catalog_service.rules.model import Excepted

State = Literal["waiting", "running", "over", "revoked", "refused", "lapsed"]
STATES: Final[tuple[State, ...]] = ("waiting", "running", "over", "revoked", "refused", "lapsed")
"""``waiting`` for somebody else's release; ``over``: its last day has passed; ``revoked`` before
that; ``refused``, or taken back, before it began; ``lapsed``: nobody released it in time."""


@dataclass(frozen=True, slots=True)
class RuleException:
    """A record that is excepted from a rule, or was, or is to be.

    Actors are as histories keep them: who they are is shown to those alone who may see what is held
    of the source.
    """

    number: int
    rule: str
    source: str
    remote_id: str
    reason: str
    until: date
    """The last day, in Shanghai."""
    asked_by: str
    asked: datetime
    released_by: str | None
    released: datetime | None
    ended_by: str | None
    ended: datetime | None
    ended_reason: str | None

    def state(self, today: date) -> State:
        """Return how it stands on a day."""
        if self.ended is not None:
            return "refused" if self.released is None else "revoked"
        if self.until < today:
            return "lapsed" if self.released is None else "over"
        return "waiting" if self.released is None else "running"

    @property
    def told(self) -> Excepted:
        """What everybody is told of it."""
        return Excepted(until=self.until, reason=self.reason)
