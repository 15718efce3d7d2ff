"""Names that are no settings, and the nearest that is one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

from catalog_service.errors import UNKNOWN_SETTING
from catalog_service.settings.settings import PREFIX, Settings
from ontology.errors import AtlasError, FilePosition

NO_SETTINGS: Final = frozenset({"ATLAS_REQUIRE_SERVICES"})
"""Variables with the prefix that are no settings: they belong to the tests."""
_PROCESSES: Final = "ATLAS_SERVE_"
"""Prefix of the variables that the supervisor sets for its child processes."""


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
