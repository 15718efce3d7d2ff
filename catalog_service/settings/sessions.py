"""Settings of sessions, and of tokens that people make."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Self

from pydantic import BaseModel, Field, field_validator, model_validator

ROLES: Final = (
    "citizen",
    "member",
    "steward",
    "reviewer",
    "district_office",
    "city_office",
    "chief_data_officer",
    "auditor",
    "administrator",
)
"""Names of `catalog_service.accounts.actions.Role`, which settings cannot import."""


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
    second_factor_roles: str = Field(
        default="",
        description="Roles, separated by commas, that are in force only for who has one-time codes "
        "set up, such as `administrator,city_office`; empty: none. Needs `ATLAS_SECRET_FILE`.",
    )

    @field_validator("second_factor_roles")
    @classmethod
    def _are_roles(cls, value: str) -> str:
        unknown = _names(value) - set(ROLES)
        if unknown:
            raise ValueError(f"no roles: {', '.join(sorted(unknown))}; of {', '.join(ROLES)}")
        return value

    @model_validator(mode="after")
    def _codes_can_be_set_up(self) -> Self:
        file: Path | None = getattr(self, "secret_file", None)
        if self.second_factor_roles.strip() and file is None:
            raise ValueError("second_factor_roles needs secret_file, which keys of devices are in")
        return self

    @property
    def roles_with_codes(self) -> frozenset[str]:
        """The roles that are in force with one-time codes alone."""
        return _names(self.second_factor_roles)


def _names(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(",") if part.strip())
