"""Settings of dumps of the whole catalogue."""

from __future__ import annotations

from datetime import UTC, datetime

from cronsim import CronSim, CronSimError
from pydantic import BaseModel, Field, field_validator


class DumpSettings(BaseModel):
    """When dumps are made, and how long they are kept."""

    dumps_schedule: str = Field(
        default="30 2 * * *",
        description="When a dump of the whole catalogue is made: a line of cron in Shanghai's "
        "time; empty: never by itself.",
    )
    dumps_keep: str = Field(
        default="7d 4w 12m",
        pattern=r"^[1-9][0-9]{0,2}d [0-9]{1,3}w [0-9]{1,3}m$",
        description="For how many days, weeks and months with a dump the newest one is kept.",
    )

    @field_validator("dumps_schedule")
    @classmethod
    def _is_schedule(cls, value: str) -> str:
        if value:
            try:
                next(CronSim(value, datetime.now(UTC)))
            except (CronSimError, StopIteration) as error:
                raise ValueError("a line of cron with five fields is needed") from error
        return value
