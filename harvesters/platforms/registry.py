"""The types of platforms, each said once: its name, what it is, and what makes it.

A new type: a module in this folder, one entry here, and a page in ``docs/platforms/``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from harvesters.platforms.protocol import Connection, Platform


@dataclass(frozen=True, slots=True)
class PlatformType:
    """One entry of the registry."""

    name: str
    """The value of ``--type``."""
    title_zh: str
    title_en: str
    make: Callable[[Connection], Platform]
    options: Mapping[str, str] = field(default_factory=dict)
    """Names of the options that it understands, with what each does, in English."""


PLATFORM_TYPES: Final[Mapping[str, PlatformType]] = {}
"""By name."""
