"""Who requests something of other servers."""

from __future__ import annotations

from importlib.metadata import version

from catalog_service.settings import Settings
from harvesters.platforms.http import user_agent


def agent(settings: Settings) -> str:
    """Return who sends the requests of this service, with an address for complaints."""
    name = "shanghai-data-atlas"
    return user_agent(name, version(name), settings.public_url)
