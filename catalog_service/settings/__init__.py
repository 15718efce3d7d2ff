"""Settings, from the environment (``ATLAS_…``) or ``atlas.toml`` in the working directory.

Each group of them is a class of its own; `settings.Settings` is all of them.
"""

from catalog_service.settings.settings import NOTICE_BETWEEN, PREFIX, Network, Settings
from catalog_service.settings.unknown import NO_SETTINGS, unknown_setting, unknown_variables

__all__ = [
    "NOTICE_BETWEEN",
    "NO_SETTINGS",
    "PREFIX",
    "Network",
    "Settings",
    "unknown_setting",
    "unknown_variables",
]
