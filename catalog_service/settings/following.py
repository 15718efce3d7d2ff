"""Settings of following."""

from __future__ import annotations

from pydantic import BaseModel, Field


class FollowingSettings(BaseModel):
    """How much somebody may follow, and how long news are kept."""

    follows_most: int = Field(
        default=200,
        ge=1,
        le=5_000,
        description="Datasets, organizations, data domains and searches that one person follows "
        "at most (docs/following.md).",
    )
    follow_kept_days: int = Field(
        default=90,
        ge=7,
        le=3_650,
        description="Days for which news of what people follow stand on their pages and in their "
        "feeds (docs/following.md).",
    )
