"""Settings, from the environment (``ATLAS_…``) or ``atlas.toml`` in the working directory."""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from catalog_service.errors import SETTINGS_INVALID
from catalog_service.settings.dumps import DumpSettings
from catalog_service.settings.embedding import EmbeddingSettings
from catalog_service.settings.following import FollowingSettings
from catalog_service.settings.mail import MailSettings
from catalog_service.settings.participation import ParticipationSettings
from catalog_service.settings.quality import QualitySettings
from catalog_service.settings.rules import RuleSettings
from catalog_service.settings.samples import SampleSettings
from catalog_service.settings.search_log import SearchLogSettings
from catalog_service.settings.sessions import SessionSettings
from catalog_service.settings.sign_in import OidcSettings
from catalog_service.settings.sparql_limits import SparqlSettings
from catalog_service.settings.values import empty_is_none, existing_file, is_server, without_user
from catalog_service.settings_urls import check_http
from ontology.errors import AtlasError, Phrase

Network = IPv4Network | IPv6Network

PREFIX: Final = "ATLAS_"
NOTICE_BETWEEN: Final = " || "
"""Separates the Chinese and the English half of a notice."""


def _networks(text: str) -> tuple[Network, ...]:
    """Read addresses and networks; raises `ValueError`."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


class Settings(
    EmbeddingSettings,
    MailSettings,
    SessionSettings,
    OidcSettings,
    SparqlSettings,
    DumpSettings,
    SampleSettings,
    SearchLogSettings,
    RuleSettings,
    QualitySettings,
    ParticipationSettings,
    FollowingSettings,
    BaseSettings,
):
    """All settings of the service. A test compares ``docs/settings.md`` with this class."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        toml_file="atlas.toml",
        extra="forbid",
        frozen=True,
        # Errors must not show the values of all settings: one of them is a key.
        hide_input_in_errors=True,
    )

    home: Path = Field(
        default=Path("var"), description="Data folder: journal, graph, index, snapshots."
    )
    base_iri: str = Field(
        default="http://127.0.0.1:8080",
        description="Canonical base of all minted IRIs. Set once, before the first import.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8080",
        description="Address under which browsers reach this server, without a path: a proxy "
        "passes on a whole host name or port. Where it is not set, "
        "`atlas serve` and `atlas demo` use the host and port on which they listen.",
    )
    database_url: str = Field(
        default="",
        description="SQLAlchemy address of the journal; empty: SQLite in the data folder.",
    )
    search_url: str = Field(
        default="", description="Address of Elasticsearch; empty: the embedded engine."
    )
    search_index: str = Field(
        default="atlas",
        pattern=r"^[a-z0-9][a-z0-9_]{0,99}$",
        description="What the names of the indices on Elasticsearch begin with; catalogues that "
        "share a server need different ones.",
    )
    secret_file: Path | None = Field(
        default=None,
        description="File with the keys that encrypt the credentials of sources; made by "
        "`atlas secret create`, outside of the data folder, for the service's user alone.",
    )
    graph_url: str = Field(
        default="",
        description="Base address of a SPARQL 1.1 server, below which `/query` and "
        "`/update` answer: Oxigraph, or a dataset of Apache Jena Fuseki; empty: the embedded "
        "store.",
    )
    today: date | None = Field(
        default=None, description="A fixed day, for reproducible reports; empty: the real day."
    )
    notice: str = Field(
        default="",
        max_length=500,
        description="A line above every page, such as that the data are examples; empty: none. "
        "`中文 || English` shows each page the half in its language.",
    )
    operator: str = Field(
        default="",
        max_length=200,
        description="Who runs this catalogue, as `/about` and the foot of every page say it; "
        "empty: that nobody is named. `中文 || English` shows each page the half in its language.",
    )
    contact: str = Field(
        default="",
        max_length=200,
        description="Where readers turn to, also about accessibility: an e-mail address, a web "
        "address, or words such as a telephone number (`中文 || English`); empty: that none is "
        "named.",
    )
    preview: bool = Field(
        default=False,
        description="Whether the page of a dataset that anybody may take leads to the first rows "
        "of its file, which this server then fetches from the publisher: public addresses alone, "
        "at most 4 MiB in 8 s, kept in memory for an hour; cells with personal data are left out "
        "as far as they are recognised.",
    )
    metadata_license: str = Field(
        default="",
        max_length=500,
        pattern=r'^(https?://[^\x00-\x20<>"{}|\\^`]+)?$',
        description="IRI of the licence of the descriptions, as `/about` and `/.well-known/void` "
        "state it; empty: none is stated.",
    )
    access_hosts: Path | None = Field(
        default=None,
        description="CSV file (host, from, until, note) of platforms registered under R10, beside "
        "those of `shapes/parameters/access-hosts.csv`; a host that is in both goes by this file.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of reverse proxies, separated by commas, whose "
        "X-Forwarded-For is believed.",
    )
    max_body_mb: int = Field(default=64, ge=1, description="Largest request body, in MiB.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least level that is logged."
    )

    @field_validator("base_iri", "public_url")
    @classmethod
    def _is_published(cls, value: str, info: ValidationInfo) -> str:
        value = value.rstrip("/")
        check_http(value)
        if info.field_name == "public_url" and urlsplit(value).path:
            # Links are written without a path before them.
            raise ValueError(
                "an address without a path is needed: give the atlas a host name or a port of its "
                "own (https://atlas.example, http://example:8081) and have the proxy pass it /"
            )
        return without_user(value)

    @field_validator("graph_url", "search_url")
    @classmethod
    def _is_server(cls, value: str) -> str:
        return is_server(value)

    @field_validator("trusted_proxies")
    @classmethod
    def _networks_only(cls, value: str) -> str:
        _networks(value)
        return value

    @field_validator("today", "access_hosts", "secret_file", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return empty_is_none(value)

    @field_validator("access_hosts")
    @classmethod
    def _is_file(cls, value: Path | None) -> Path | None:
        return existing_file(value)

    @cached_property
    def journal_url(self) -> str:
        """The address of the journal's database, the default worked out."""
        if self.database_url:
            return self.database_url
        return f"sqlite:///{(self.home / 'journal.sqlite').resolve()}"

    @cached_property
    def proxies(self) -> tuple[Network, ...]:
        """The networks of the trusted proxies."""
        return _networks(self.trusted_proxies)

    def environment(self) -> dict[str, str]:
        """Return the settings as environment variables, for processes that must see the same."""
        values = self.model_dump(mode="json")
        for name in ("home", "access_hosts", "embedding_key_file", "secret_file"):
            if (path := getattr(self, name)) is not None:
                values[name] = str(path.resolve())
        if self.embedding_key is not None:
            values["embedding_key"] = self.embedding_key.get_secret_value()
        if self.smtp_url is not None:
            values["smtp_url"] = self.smtp_url.get_secret_value()
        return {f"{PREFIX}{k.upper()}": "" if v is None else str(v) for k, v in values.items()}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, the environment over the file."""
        return init_settings, env_settings, _file(settings_cls)


def _file(settings_cls: type[BaseSettings]) -> TomlConfigSettingsSource:
    """Read ``atlas.toml`` where there is one; raises ``settings-invalid`` for a broken one."""
    path = Path("atlas.toml")
    if path.exists() and not path.is_file():
        # The library silently skips what is not a file.
        raise AtlasError(SETTINGS_INVALID, detail=Phrase("atlas.toml is not a file"))
    try:
        return TomlConfigSettingsSource(settings_cls)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AtlasError(SETTINGS_INVALID, detail=f"atlas.toml: {error}") from error
