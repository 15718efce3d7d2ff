"""When a source is visited next: a line of cron, in Shanghai's time, and some minutes by chance."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from cronsim import CronSim, CronSimError

from catalog_service.clock import SHANGHAI
from catalog_service.sources.errors import BAD_SCHEDULE
from catalog_service.sources.harvests.model import HarvestSettings
from ontology.errors import AtlasError


def check_schedule(line: str) -> None:
    """Raise ``bad-schedule`` for what is no line of cron, or never comes."""
    try:
        next(CronSim(line, datetime.now(SHANGHAI)))
    except CronSimError as error:
        raise AtlasError(BAD_SCHEDULE, given=line, reason=error) from error
    except StopIteration as error:
        raise AtlasError(BAD_SCHEDULE, given=line, reason="such a day never comes") from error


def next_visit(settings: HarvestSettings, after: datetime) -> datetime | None:
    """Return when a source is visited next, in UTC; None for one without a schedule."""
    if settings.schedule is None:
        return None
    planned = next(CronSim(settings.schedule, after.astimezone(SHANGHAI)))
    late = timedelta(minutes=random.uniform(0, settings.jitter_minutes))  # noqa: S311
    return planned.astimezone(UTC) + late
