"""Settings of signing in by an OpenID provider."""

from __future__ import annotations

from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, field_validator, model_validator

from catalog_service.errors import SETTINGS_INVALID
from catalog_service.settings.values import empty_is_none, existing_file, without_user
from catalog_service.settings_urls import check_http
from ontology.errors import AtlasError, Phrase


class OidcSettings(BaseModel):
    """The OpenID provider that people may sign in by."""

    oidc_issuer: str = Field(
        default="",
        max_length=500,
        description="Issuer of the OpenID provider that people may sign in by, such as "
        "`https://id.example/realms/city`; its `/.well-known/openid-configuration` is read; empty: "
        "none.",
    )
    oidc_name: str = Field(
        default="",
        max_length=100,
        description="What the page of signing in calls the provider (`中文 || English`); empty: "
        "its host.",
    )
    oidc_client_id: str = Field(
        default="", max_length=200, description="Name of this catalogue at the provider."
    )
    oidc_client_secret_file: Path | None = Field(
        default=None,
        description="File with the client's secret at the provider. Refresh tokens are encrypted "
        "with a key made of it.",
    )
    oidc_client_authentication: Literal["basic", "post"] = Field(
        default="basic",
        description="How the secret is sent: `client_secret_basic` or `client_secret_post`.",
    )
    oidc_scopes: str = Field(
        default="openid profile",
        pattern=r"^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$",
        max_length=500,
        description="Scopes that are asked for; `openid` must be among them. Some providers give "
        "refresh tokens only for `offline_access`.",
    )
    oidc_groups_claim: str = Field(
        default="groups",
        min_length=1,
        max_length=100,
        description="Claim that names a person's groups, in the ID token or at the userinfo "
        "endpoint; dots lead into objects, as in `realm_access.roles`.",
    )
    oidc_new_people: Literal["mapped", "all", "none"] = Field(
        default="mapped",
        description="Who gets an account at the first sign-in: `mapped`: who is in a group that "
        "has a role here; `all`: everybody whom the provider signs in; `none`: nobody, accounts "
        "are linked by their owners.",
    )

    @field_validator("oidc_issuer")
    @classmethod
    def _is_issuer(cls, value: str) -> str:
        if not value:
            return value
        check_http(value)
        parts = urlsplit(value)
        if parts.query or parts.fragment:
            raise ValueError("an issuer has neither query nor fragment")
        if parts.scheme != "https" and not _is_loopback(parts.hostname or ""):
            raise ValueError("an issuer needs https; http only on this machine (127.0.0.1)")
        return without_user(value)

    @field_validator("oidc_client_secret_file", mode="before")
    @classmethod
    def _none_of_oidc(cls, value: object) -> object:
        return empty_is_none(value)

    @field_validator("oidc_client_secret_file")
    @classmethod
    def _is_secret_file(cls, value: Path | None) -> Path | None:
        return existing_file(value)

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> Self:
        if self.oidc_issuer and (not self.oidc_client_id or self.oidc_client_secret_file is None):
            raise ValueError("oidc_issuer needs oidc_client_id and oidc_client_secret_file")
        if "openid" not in self.oidc_scopes.split(" "):
            raise ValueError("oidc_scopes: openid is missing")
        # Read now: a fault must show at the start, not when somebody signs in.
        _ = self.oidc_client_secret
        return self

    @cached_property
    def oidc_client_secret(self) -> str:
        """The client's secret at the provider, empty where none is set up.

        Raises `AtlasError` (``settings-invalid``) for a file that can't be read, or holds no
        secret.
        """
        if self.oidc_client_secret_file is None:
            return ""
        try:
            secret = self.oidc_client_secret_file.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = f"oidc_client_secret_file: {type(error).__name__}"
            raise AtlasError(SETTINGS_INVALID, detail=reason) from error
        if not secret or not secret.isprintable():
            raise AtlasError(
                SETTINGS_INVALID,
                detail=Phrase("oidc_client_secret_file: one line with the secret is needed"),
            )
        return secret


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
