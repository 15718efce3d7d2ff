"""When a source is visited next: a line of cron, in Shanghai's time, and some minutes by chance."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Final

from cronsim import CronSim, CronSimError

from catalog_service.clock import SHANGHAI
from catalog_service.sources.connection.harvest_settings import HarvestSettings
from catalog_service.sources.errors import BAD_SCHEDULE
from ontology.errors import AtlasError, Phrase

_FIELDS: Final = ("minute", "hour", "day-of-month", "month", "day-of-week")
"""What cronsim calls the fields, in their order."""


def check_schedule(line: str) -> None:
    """Raise ``bad-schedule`` for what is no line of cron, or never comes."""
    try:
        next(CronSim(line, datetime.now(SHANGHAI)))
    except CronSimError as error:
        raise AtlasError(BAD_SCHEDULE, given=line, reason=_reason(str(error))) from error
    except StopIteration as error:
        raise AtlasError(
            BAD_SCHEDULE, given=line, reason=Phrase("such a day never comes")
        ) from error


def _reason(told: str) -> Phrase:
    """Return what cronsim says is wrong, whose own words are English: ``Bad minute``."""
    name = told.removeprefix("Bad ")
    if name not in _FIELDS:
        return Phrase("it has not five fields")
    return Phrase("field {number} is not as cron has it", {"number": _FIELDS.index(name) + 1})


def next_visit(settings: HarvestSettings, after: datetime) -> datetime | None:
    """Return when a source is visited next, in UTC; None for one without a schedule."""
    if settings.schedule is None:
        return None
    planned = next(CronSim(settings.schedule, after.astimezone(SHANGHAI)))
    late = timedelta(minutes=random.uniform(0, settings.jitter_minutes))  # noqa: S311
    return planned.astimezone(UTC) + late
