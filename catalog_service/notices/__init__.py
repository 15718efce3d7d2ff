"""Notices: what people and programs are told, on pages, by e-mail and by webhook.

Whoever only tells persons something imports it from here: `service` loads all that sends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog_service.notices.persons import Notice, PersonalNotices

__all__ = ["Notice", "PersonalNotices"]


def __getattr__(name: str) -> object:
    # Not at the top: every command loads this package for its room, and few need the database.
    if name in __all__:
        from catalog_service.notices import persons  # noqa: PLC0415

        return getattr(persons, name)
    raise AttributeError(name)
