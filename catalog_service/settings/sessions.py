"""Settings of sessions, and of tokens that people make."""

from __future__ import annotations

from pydantic import BaseModel, Field


class SessionSettings(BaseModel):
    """How long people stay signed in, and their tokens are good."""

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
    token_days: int = Field(
        default=180,
        ge=1,
        le=3_650,
        description="Days at most after which a token that a person makes ends.",
    )
