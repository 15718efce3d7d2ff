"""What a notice says, to whom it goes, and when one is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal, Self

import orjson

from catalog_service.sources.connection.harvest_settings import Channel, NotifyOn

NoticeState = Literal["waiting", "sent", "given-up", "dropped"]
"""``dropped``: the source no longer names the address that the notice was for."""

_FAILED_ON_THE_WAY: Final = "run-too-long"
_GOES_ON_LATER: Final = "run-interrupted"
_BY_A_PERSON: Final = "run-stopped"


@dataclass(frozen=True, slots=True)
class Report:
    """How a visit ended, without a language."""

    source: str
    title: str
    run: str | None
    """None where no run could begin."""
    status: str
    at: str
    """ISO 8601, in UTC."""
    counters: Mapping[str, int]
    error: Mapping[str, Any] | None
    """Code, and message by language (`stored_errors.stored_error`)."""
    url: str | None
    """Page of the run."""

    def to_json(self) -> str:
        """Return it as it is stored."""
        return orjson.dumps(asdict(self)).decode()

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        return cls(**orjson.loads(text))

    def is_told(self, on: NotifyOn) -> bool:
        """Tell whether a source that wants notices ``on`` something gets one of this."""
        code = None if self.error is None else self.error["code"]
        if code == _GOES_ON_LATER:
            return False
        if code == _BY_A_PERSON and on != "always":
            return False
        if on == "always" or self.status == "failed" or code == _FAILED_ON_THE_WAY:
            return True
        # With an error although it is done: what is gone could not be told.
        wants_someone = self.status == "waiting" or code is not None
        return on == "held" and (wants_someone or self.counters.get("held", 0) > 0)


@dataclass(frozen=True, slots=True)
class Notice:
    """One report to one address."""

    id: str
    """The same with each attempt, so that a receiver can tell a repetition."""
    source: str
    run: str | None
    channel: Channel
    target: str
    """A mail address, or that of a webhook as it is shown (`shown_webhook`)."""
    report: Report
    created: datetime
    state: NoticeState = "waiting"
    attempts: int = 0
    error: Mapping[str, Any] | None = None
    """Why the last attempt failed."""
