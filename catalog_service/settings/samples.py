"""Settings of samples."""

from __future__ import annotations

from pydantic import BaseModel, Field, field_validator

from catalog_service.settings.values import empty_is_none


class SampleSettings(BaseModel):
    """What the operator decides about samples, because no text does."""

    sample_smallest_group: int | None = Field(
        default=None,
        ge=1,
        le=10_000,
        description="Rows that a group must have in the whole for any of them to get into a sample "
        "set (docs/samples.md). No text sets a number: while it is empty samples are drawn to look "
        "at, and none is released.",
    )

    sample_largest_share: float | None = Field(
        default=None,
        gt=0,
        lt=1,
        description="The largest share of the whole that a sample set may have: 0.1 is a tenth of "
        "its rows (docs/samples.md). No text sets one: while it is empty samples are drawn to look "
        "at, and none is released.",
    )

    @field_validator("sample_smallest_group", "sample_largest_share", mode="before")
    @classmethod
    def _no_number_is_none(cls, value: object) -> object:
        return empty_is_none(value)
