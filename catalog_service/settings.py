"""Settings, from the environment (``ATLAS_…``) or ``atlas.toml`` in the working directory."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Final, Literal
from urllib.parse import urlsplit

from cronsim import CronSim, CronSimError
from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from catalog_service.errors import SETTINGS_INVALID, UNKNOWN_SETTING
from catalog_service.settings_urls import (
    MailServer,
    check_http,
    check_mail_address,
    mail_server,
)
from ontology.errors import AtlasError, FilePosition

Network = IPv4Network | IPv6Network

PREFIX: Final = "ATLAS_"
NO_SETTINGS: Final = frozenset({"ATLAS_REQUIRE_SERVICES"})
"""Variables with the prefix that are no settings: they belong to the tests."""
NOTICE_BETWEEN: Final = " || "
"""Separates the Chinese and the English half of a notice."""
_PROCESSES: Final = "ATLAS_SERVE_"
"""Prefix of the variables that the supervisor sets for its child processes."""


def _networks(text: str) -> tuple[Network, ...]:
    """Read addresses and networks; raises `ValueError`."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


class Settings(BaseSettings):
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
    embedding_url: str = Field(
        default="",
        description="Address of an OpenAI-compatible service of embeddings, such as "
        "`http://127.0.0.1:11434/v1`, to which search texts and what public records say are sent; "
        "empty: nothing is sent, and searches go by words alone.",
    )
    embedding_model: str = Field(
        default="",
        max_length=200,
        description="Name of the embedding model; another one has all vectors made anew.",
    )
    embedding_key: SecretStr | None = Field(
        default=None, description="Key of that service, sent to it alone; never logged or shown."
    )
    embedding_key_file: Path | None = Field(
        default=None, description="File that holds the key, in the place of `ATLAS_EMBEDDING_KEY`."
    )
    embedding_prefix: str = Field(
        default="",
        max_length=500,
        description="Goes before each search text, for models that want to be told what it is.",
    )
    embedding_seconds: float = Field(
        default=0.3,
        gt=0,
        le=10,
        description="How long a search waits for the vector of its text; later it goes by words.",
    )
    embedding_least: float = Field(
        default=0.5,
        ge=-1,
        le=1,
        description="Cosine from which on a dataset is offered as similar in meaning; models "
        "differ in it.",
    )
    embedding_batch: int = Field(
        default=32, ge=1, le=1000, description="Texts in one request while vectors are made."
    )
    secret_file: Path | None = Field(
        default=None,
        description="File with the keys that encrypt the credentials of sources; made by "
        "`atlas secret create`, outside of the data folder, for the service's user alone.",
    )
    smtp_url: SecretStr | None = Field(
        default=None,
        description="Mail server for notices: `smtp://user:password@host:587` (STARTTLS is "
        "demanded), `smtps://…` (TLS from the start), or `smtp://host:25?starttls=off` for a relay "
        "without a password; empty: no e-mail is sent.",
    )
    smtp_from: str = Field(
        default="",
        max_length=254,
        description="Address that notices by e-mail come from.",
    )
    graph_url: str = Field(
        default="", description="Base address of an Oxigraph server; empty: the embedded store."
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
    metadata_license: str = Field(
        default="",
        max_length=500,
        pattern=r'^(https?://[^\x00-\x20<>"{}|\\^`]+)?$',
        description="IRI of the licence of the descriptions, as `/.well-known/void` states it; "
        "empty: none is stated.",
    )
    access_hosts: Path | None = Field(
        default=None,
        description="CSV file (host, from, until, note) of platforms registered under R10, beside "
        "those of `shapes/parameters/access-hosts.csv`; a host that is in both goes by this file.",
    )
    sparql_timeout: float = Field(
        default=10.0, gt=0, le=600, description="Seconds after which a SPARQL worker is killed."
    )
    sparql_memory_mb: int = Field(
        default=1024,
        ge=128,
        description="Address space of one SPARQL worker above its start, in MiB.",
    )
    sparql_workers: int = Field(
        default=3,
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
        default=60.0, gt=0, le=600, description="`sparql_timeout` for those who send a token."
    )
    sparql_token_max_rows: int = Field(
        default=1_000_000, ge=1, description="`sparql_max_rows` for those who send a token."
    )
    sparql_token_seconds: float = Field(
        default=120.0, ge=1, description="`sparql_client_seconds` for those who send a token."
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
    dumps_schedule: str = Field(
        default="30 2 * * *",
        description="When a dump of the whole catalogue is made: a line of cron in Shanghai's "
        "time; empty: never by itself.",
    )
    dumps_keep: str = Field(
        default="7d 4w 12m",
        pattern=r"^[1-9][0-9]{0,2}d [0-9]{1,3}w [0-9]{1,3}m$",
        description="For how many days, weeks and months with a dump the newest one is kept.",
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

    @field_validator("base_iri", "public_url", "graph_url", "search_url", "embedding_url")
    @classmethod
    def _absolute(cls, value: str, info: ValidationInfo) -> str:
        value = value.rstrip("/")
        server = info.field_name in ("graph_url", "search_url", "embedding_url")
        if server and not value:
            return value
        check_http(value)
        if info.field_name == "public_url" and urlsplit(value).path:
            # Links are written without a path before them.
            raise ValueError(
                "an address without a path is needed: give the atlas a host name or a port of its "
                "own (https://atlas.example, http://example:8081) and have the proxy pass it /"
            )
        if (not server or info.field_name == "embedding_url") and "@" in value:
            # The first two are published; the service of embeddings has a key instead.
            raise ValueError("an address without user and password is needed")
        return value

    @field_validator("dumps_schedule")
    @classmethod
    def _is_schedule(cls, value: str) -> str:
        if value:
            try:
                next(CronSim(value, datetime.now(UTC)))
            except (CronSimError, StopIteration) as error:
                raise ValueError("a line of cron with five fields is needed") from error
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks_only(cls, value: str) -> str:
        _networks(value)
        return value

    @field_validator(
        *(
            "today",
            "access_hosts",
            "embedding_key",
            "embedding_key_file",
            "secret_file",
            "smtp_url",
        ),
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return None if value == "" else value

    @field_validator("access_hosts", "embedding_key_file")
    @classmethod
    def _is_file(cls, value: Path | None) -> Path | None:
        if value is not None and not value.is_file():
            raise ValueError(f"there is no file {value}")
        return value

    @model_validator(mode="after")
    def _embedding_is_whole(self) -> Settings:
        if self.embedding_url and not self.embedding_model:
            raise ValueError("embedding_url needs embedding_model beside it")
        if self.embedding_key is not None and self.embedding_key_file is not None:
            raise ValueError("either embedding_key or embedding_key_file, not both")
        # Read now: a fault must show at the start, not at the first search.
        _ = self.embedding_secret
        return self

    @cached_property
    def embedding_secret(self) -> str:
        """The key of the embedding service, empty where it needs none.

        Raises `AtlasError` (``settings-invalid``) for a file that can't be read, or a key that
        can't be sent.
        """
        key = self.embedding_key.get_secret_value() if self.embedding_key is not None else ""
        if self.embedding_key_file is not None:
            try:
                key = self.embedding_key_file.read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                reason = f"embedding_key_file: {type(error).__name__}"
                raise AtlasError(SETTINGS_INVALID, detail=reason) from error
        if not key.isascii() or not key.isprintable() or " " in key:
            raise AtlasError(
                SETTINGS_INVALID, detail="embedding_key: only visible ASCII characters can be sent"
            )
        return key

    @field_validator("smtp_url")
    @classmethod
    def _is_mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            mail_server(value.get_secret_value())
        return value

    @field_validator("smtp_from")
    @classmethod
    def _is_mail_address(cls, value: str) -> str:
        if value:
            check_mail_address(value)
        return value

    @cached_property
    def mail_server(self) -> MailServer | None:
        """The server that takes notices by e-mail."""
        return None if self.smtp_url is None else mail_server(self.smtp_url.get_secret_value())

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
        raise AtlasError(SETTINGS_INVALID, detail="atlas.toml is not a file")
    try:
        return TomlConfigSettingsSource(settings_cls)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AtlasError(SETTINGS_INVALID, detail=f"atlas.toml: {error}") from error


def unknown_variables(names: Iterable[str]) -> list[AtlasError]:
    """Return an ``unknown-setting`` for each variable of the prefix that is no setting.

    Other programs may use the prefix too, so that these are warnings; a name in ``atlas.toml``
    can only be meant for this program, and there it is an error.
    """
    return [
        unknown_setting(name)
        for name in sorted(names)
        if name.upper().startswith(PREFIX)
        and name not in NO_SETTINGS
        and not name.startswith(_PROCESSES)
        and name.upper().removeprefix(PREFIX).lower() not in Settings.model_fields
    ]


def unknown_setting(name: str, place: FilePosition | None = None) -> AtlasError:
    """Return the error for a name that is no setting, with the nearest that is one."""
    prefix = PREFIX if name.upper().startswith(PREFIX) else ""
    bare = name.upper().removeprefix(PREFIX).lower()
    (nearest,) = difflib.get_close_matches(bare, Settings.model_fields, n=1, cutoff=0.0)
    shown = prefix + nearest.upper() if prefix else nearest
    return AtlasError(UNKNOWN_SETTING, place=place, name=name, nearest=shown)
