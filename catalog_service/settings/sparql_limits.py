"""Settings of the public SPARQL endpoint."""

from __future__ import annotations

from pydantic import BaseModel, Field


class SparqlSettings(BaseModel):
    """What queries may take, without a token and with one."""

    sparql_timeout: float = Field(
        default=10.0, gt=0, le=600, description="Seconds after which a SPARQL worker is killed."
    )
    sparql_memory_mb: int = Field(
        default=1024,
        ge=128,
        description="Address space of one SPARQL worker above its start, in MiB.",
    )
    sparql_workers: int = Field(
        default=4,
        ge=1,
        le=64,
        description="SPARQL workers per web process; half of them may have long queries.",
    )
    sparql_max_rows: int = Field(
        default=10_000,
        ge=1,
        description="Rows of one SPARQL answer; a longer one is refused, not cut.",
    )
    sparql_client_seconds: float = Field(
        default=60.0,
        ge=1,
        description="Seconds of SPARQL work that one client gets each minute, of each web process.",
    )
    sparql_token_timeout: float = Field(
        default=60.0,
        gt=0,
        le=600,
        description="Seconds after which a query of a client with a token (`atlas token`) is "
        "stopped, in place of ATLAS_SPARQL_TIMEOUT.",
    )
    sparql_token_max_rows: int = Field(
        default=1_000_000,
        ge=1,
        description="Rows of one answer to a client with a token, in place of "
        "ATLAS_SPARQL_MAX_ROWS.",
    )
    sparql_token_seconds: float = Field(
        default=120.0,
        ge=1,
        description="Seconds of work that a token gets each minute, of each web process, in "
        "place of ATLAS_SPARQL_CLIENT_SECONDS.",
    )
    sparql_cache_mb: int = Field(
        default=64,
        ge=0,
        le=4096,
        description="SPARQL answers that each web process keeps, in MiB; 0: none.",
    )
    sparql_peers: bool = Field(
        default=False,
        description="Whether queries may ask registered peers by SERVICE (docs/sparql.md).",
    )
