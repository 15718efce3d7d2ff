"""Settings of rules at work."""

from __future__ import annotations

from pydantic import BaseModel, Field


class RuleSettings(BaseModel):
    """For how long a record can be excepted from a rule."""

    exception_days: int = Field(
        default=365,
        ge=1,
        le=366,
        description="Days for which a record can be excepted from a rule at most "
        "(docs/rules-at-work.md); after them it is asked for anew.",
    )
