"""Settings of measured quality."""

from __future__ import annotations

from pydantic import BaseModel, Field


class QualitySettings(BaseModel):
    """Whether the data itself is looked at."""

    quality_fetch: bool = Field(
        default=False,
        description="Whether files of datasets that anybody may take are fetched from their "
        "publishers and profiled (`atlas quality evaluate --data`, docs/quality.md): public "
        "addresses alone, one request a second to a host, at most 2 GiB a file; no row is kept.",
    )
