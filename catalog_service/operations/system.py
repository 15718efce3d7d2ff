"""The state of an installation for its administrators: storage, and settings without secrets."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from catalog_service.context import Service
from catalog_service.settings import PREFIX

_MOST_FILES: Final = 20_000
"""Files whose sizes are added up; a graph has some hundreds."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A part of the data folder and its size in bytes; ``whole``: all its files were counted."""

    name: str
    size: int
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Storage:
    """What the data folder holds, and the room that is left beside it, in bytes."""

    parts: tuple[Stored, ...]
    free: int
    total: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as it may be shown; ``value`` None: it is set, and a secret."""

    name: str
    value: str | None


def storage(atlas: Service) -> Storage:
    """Return the sizes of the parts of the data folder, the largest first."""
    home = atlas.settings.home
    parts = [_size(path) for path in sorted(home.iterdir())] if home.exists() else []
    usage = shutil.disk_usage(home if home.exists() else Path.cwd())
    parts.sort(key=lambda part: -part.size)
    return Storage(tuple(parts), usage.free, usage.total)


def shown_settings(atlas: Service) -> list[Shown]:
    """Return all settings; keys and passwords never, nor those within addresses."""
    found = []
    for name in type(atlas.settings).model_fields:
        value = getattr(atlas.settings, name)
        shown: str | None = "" if value is None else _without_password(str(value))
        if isinstance(value, SecretStr):
            shown = None if value.get_secret_value() else ""
        found.append(Shown(f"{PREFIX}{name.upper()}", shown))
    return found


def _without_password(text: str) -> str:
    """Return an address without the user and password in it; all else as it is."""
    try:
        parts = urlsplit(text)
        user = parts.username is not None or parts.password is not None
    except ValueError:
        return "…"
    if not user:
        return text
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"…@{host}", parts.path, parts.query, parts.fragment))


def _size(path: Path) -> Stored:
    size, count = 0, 0
    for file in [path] if path.is_file() else path.rglob("*"):
        try:
            size += file.lstat().st_size
        except OSError:
            continue  # gone meanwhile
        count += 1
        if count >= _MOST_FILES:
            return Stored(path.name, size, whole=False)
    return Stored(path.name, size)
