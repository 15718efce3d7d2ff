"""How a source is visited: schedule, grace, shares, pace and notices, with their defaults."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from catalog_service.settings_urls import MAIL_ADDRESS

NotifyOn = Literal["failure", "held", "always"]
"""``held`` tells of failures, too, and ``always`` of every end of a run."""
Channel = Literal["webhook", "email"]
_MailAddress = Annotated[str, Field(max_length=254, pattern=MAIL_ADDRESS)]


class HarvestSettings(BaseModel):
    """How one source is visited; stored as JSON. Its docstrings are the API's descriptions."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)

    options: Mapping[str, str] = Field(default_factory=dict)
    """Settings of the platform's type; an empty value takes one away."""
    allow: tuple[str, ...] = ()
    """Inner addresses that the guarded client may reach for this source alone."""
    schedule: str | None = None
    """When it is visited, in the syntax of cron, in Shanghai's time; null: when told to."""
    jitter_minutes: Annotated[int, Field(ge=0, le=720)] = 10
    """A visit begins up to so many minutes late, so that not all begin at once."""
    grace_days: Annotated[int, Field(ge=0, le=3_650)] = 14
    """Days for which a record that is no longer listed stays *missing* before it is withdrawn."""
    most_removed: Annotated[float, Field(ge=0, le=1)] = 0.1
    """Share of the live records above which removals wait for a steward."""
    full_every_hours: Annotated[int, Field(ge=1, le=8_760)] = 24
    """Hours after which a whole walk follows the increments: only it finds what is gone."""
    deadline_minutes: Annotated[int, Field(ge=1, le=10_080)] = 240
    """A run that takes longer stops, and the next one goes on where it stood."""
    requests_per_second: Annotated[float, Field(gt=0, le=10_000)] = 10
    """Requests to the platform in a second, at most."""
    parallel: Annotated[int, Field(ge=1, le=32)] = 4
    """Requests to the platform at the same time."""
    peer: bool = False
    """Whether public queries may ask its SPARQL endpoint by SERVICE."""
    notify_on: NotifyOn = "held"
    """After which runs notices are sent, where there is an address for them."""
    notify_webhook: Annotated[str | None, Field(max_length=2_000)] = None
    """Where signed notices go; null takes it away. Only its origin is shown again."""
    notify_emails: tuple[_MailAddress, ...] = ()
    """Who gets notices by e-mail; an empty list: nobody."""

    def notice_targets(self) -> list[tuple[Channel, str]]:
        """Return where notices of this source go."""
        webhook = self.notify_webhook
        targets: list[tuple[Channel, str]] = [("webhook", webhook)] if webhook else []
        return [*targets, *(("email", address) for address in self.notify_emails)]


class GivenSettings(HarvestSettings):
    """The same as they may be given: what an earlier version took can be read still."""

    allow: Annotated[tuple[str, ...], Field(max_length=20)] = ()
    """Inner addresses that may be reached for this source alone."""
    schedule: Annotated[str | None, Field(max_length=100)] = None
    """When it is visited: five fields as cron has them, in Shanghai's time; null takes it away."""
    notify_emails: Annotated[tuple[_MailAddress, ...], Field(max_length=20)] = ()
    """Who gets notices by e-mail; an empty list: nobody."""
