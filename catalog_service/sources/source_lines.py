"""Sources as the command line prints them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from catalog_service.clock import SHANGHAI
from catalog_service.console.output import gettext

if TYPE_CHECKING:
    from catalog_service.sources.connection.model import HarvestSource


def due_line(time: datetime | None) -> str:
    """Return when a source is visited next."""
    if time is None:
        return gettext("when told to")
    return time.astimezone(SHANGHAI).isoformat(timespec="seconds")


def visit_parts(url: str | None, visited: HarvestSource) -> list[str]:
    """Return where and how a source is visited, as far as it is not as usual."""
    settings = visited.settings
    told = [
        ("schedule", settings.schedule),
        ("allow", ",".join(settings.allow)),
        ("options", ",".join(f"{name}={value}" for name, value in settings.options.items())),
        ("credentials", "yes" if visited.has_credentials else ""),
        ("notices", " ".join(target for _, target in settings.notice_targets())),
    ]
    return [url or "–", *(f"{name}={value}" for name, value in told if value)]


def visited_json(visited: HarvestSource | None) -> dict[str, object] | None:
    """Return how a source is visited as JSON has it; None where it is not."""
    if visited is None:
        return None
    return {
        **visited.settings.model_dump(),
        "due": visited.due,
        "full_walk": visited.full_walk,
        "listed": visited.listed,
        "credentials": visited.has_credentials,
    }
