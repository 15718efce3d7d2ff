"""What a notice of a source says, and when one is due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from catalog_service.sources.connection.harvest_settings import NotifyOn

KIND: Final = "harvest.ended"
"""Of the messages in the outbox."""

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

    def to_data(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_data` made."""
        return cls(**data)

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
