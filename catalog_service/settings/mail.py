"""Settings of notices by e-mail."""

from __future__ import annotations

from functools import cached_property

from pydantic import BaseModel, Field, SecretStr, field_validator

from catalog_service.settings.values import empty_is_none
from catalog_service.settings_urls import MailServer, check_mail_address, mail_server


class MailSettings(BaseModel):
    """The server that takes notices, and whom they come from."""

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

    @field_validator("smtp_url", mode="before")
    @classmethod
    def _none_of_mail(cls, value: object) -> object:
        return empty_is_none(value)

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
