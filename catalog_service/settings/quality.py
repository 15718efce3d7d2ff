"""Settings of measured quality."""

from __future__ import annotations

from pydantic import BaseModel, Field, field_validator

from catalog_service.settings.named_hosts import named_hosts


class QualitySettings(BaseModel):
    """Whether addresses are asked, and the data itself is looked at."""

    quality_links: str = Field(
        default="",
        description="Hosts whose addresses in public records are asked every night whether they "
        "answer, separated by commas: a name with all below it, an IP address, or `*` for all "
        "hosts, at the scheme's own port, or at the one that follows (`a.example:8080`, "
        "`[2001:db8::1]:8080`); empty: none is asked (docs/quality.md). Public "
        "addresses alone are reached, one request a second to a host, and no body of an answer is "
        "taken in.",
    )
    quality_link_days: int = Field(
        default=7,
        ge=1,
        le=90,
        description="Days after which an address that answered is asked again; one that failed is "
        "asked on the next day, until it counts as dead.",
    )
    quality_link_budget: int = Field(
        default=2_000, ge=1, le=200_000, description="Addresses that are asked in one day at most."
    )
    quality_dead_days: int = Field(
        default=3,
        ge=2,
        le=30,
        description="Different days on which an address must have failed since it last answered, "
        "before it counts as dead.",
    )
    quality_fetch: bool = Field(
        default=False,
        description="Whether files of datasets that anybody may take are fetched from their "
        "publishers and profiled (`atlas quality evaluate --data`, docs/quality.md): public "
        "addresses alone, one request a second to a host, at most 2 GiB a file; no row is kept.",
    )
    quality_fetch_hosts: str = Field(
        default="",
        description="Hosts, as of ATLAS_QUALITY_LINKS, whose files are fetched and profiled every "
        "night, where ATLAS_QUALITY_FETCH allows it; empty: only by hand.",
    )
    quality_fetch_files: int = Field(
        default=200, ge=1, le=100_000, description="Files that are fetched in one night at most."
    )
    quality_fetch_mb: int = Field(
        default=2_048,
        ge=1,
        description="MiB of files that are fetched in one night at most, unpacked.",
    )
    quality_fetch_minutes: int = Field(
        default=120,
        ge=1,
        le=1_380,
        description="Minutes after which no further file is fetched in a night.",
    )

    @field_validator("quality_links", "quality_fetch_hosts")
    @classmethod
    def _are_hosts(cls, value: str) -> str:
        hosts = ",".join(one.strip().lower() for one in value.split(",") if one.strip())
        named_hosts(hosts)
        return hosts
