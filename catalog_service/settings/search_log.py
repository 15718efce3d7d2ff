"""Settings of the log of searches."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field


class SearchLogSettings(BaseModel):
    """Whether clicks and reformulations are counted, and what of it is kept."""

    search_log: Literal["off", "on"] = Field(
        default="off",
        description="Whether it is counted by day, without persons, which datasets are opened from "
        "the results of a search and which search follows another (docs/search-log.md); `on` or "
        "`off`. `/about` tells readers so.",
    )
    search_log_least: int = Field(
        default=5,
        ge=3,
        le=1_000,
        description="Networks from which the same must have come on one day, to one web process, "
        "before it is kept; numbers are multiples of it.",
    )
    search_log_days: int = Field(
        default=90, ge=1, le=3_650, description="Days for which these counts are kept."
    )
