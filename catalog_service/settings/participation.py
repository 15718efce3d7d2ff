"""Settings of demands, objections and the other cases."""

from __future__ import annotations

from pydantic import BaseModel, Field


class ParticipationSettings(BaseModel):
    """How long an answer can be contested, and how long what people wrote is kept."""

    case_contest_days: int = Field(
        default=15,
        ge=1,
        le=250,
        description="Working days after an answer in which whoever asked can contest it; then the "
        "case is closed (docs/participation.md). No text sets them.",
    )
    case_kept_days: int = Field(
        default=365,
        ge=1,
        le=3_650,
        description="Days after a case has ended for which what was written in it, and who brought "
        "it up, is kept; then both are erased (docs/participation.md). No text sets them.",
    )
