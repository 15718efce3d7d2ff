"""Settings of sessions."""

from __future__ import annotations

from pydantic import BaseModel, Field


class SessionSettings(BaseModel):
    """How long people stay signed in."""

    session_idle_minutes: int = Field(
        default=60,
        ge=1,
        le=1_440,
        description="Minutes without a request after which a session ends.",
    )
    session_hours: int = Field(
        default=12,
        ge=1,
        le=720,
        description="Hours after which a session ends, whatever is done in it.",
    )
