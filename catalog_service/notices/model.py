"""Messages of the outbox: what goes to one address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Channel = Literal["webhook", "email"]
MessageState = Literal["waiting", "sent", "given-up", "dropped"]
"""``dropped``: when it was to be sent, nobody wanted it any more at that address."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one address."""

    id: str
    """The same with each attempt, so that a receiver can tell a repetition."""
    kind: str
    """Says which room made it, and sends it."""
    about: str
    """What it tells of: a source, or a person's identifier."""
    channel: Channel
    target: str
    """A mail address, that of a webhook as it is shown, or ``person:ID``."""
    data: Mapping[str, Any]
    """What is told, without a language."""
    created: datetime
    state: MessageState = "waiting"
    attempts: int = 0
    error: Mapping[str, Any] | None = None
    """Why the last attempt failed: code, and message by language."""
