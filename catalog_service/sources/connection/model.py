"""What is stored of a source that is visited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from catalog_service.sources.connection.harvest_settings import HarvestSettings


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
