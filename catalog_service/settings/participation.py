"""Settings of demands, objections and the other cases."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator

from catalog_service.settings.values import is_server_without_user


class ParticipationSettings(BaseModel):
    """How long answers can be contested, how long texts are kept, where uploads are looked at."""

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
    uploads_base_url: str = Field(
        default="",
        description="Address, without a path, of a host name of its own under which browsers look "
        "at what people upload (docs/results.md): the proxy passes `/uploads/` there to this "
        "server, and nothing else. Empty, or of the host name of ATLAS_PUBLIC_URL: pages show no "
        "uploads, and offer them as files.",
    )

    @field_validator("uploads_base_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        value = is_server_without_user(value)
        if urlsplit(value).path:
            raise ValueError("an address without a path is needed (https://uploads.example)")
        return value
