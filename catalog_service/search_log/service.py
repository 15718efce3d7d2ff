"""What was counted of searches, for whoever runs the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.search_log.model import Click, Reformulation
from catalog_service.search_log.personal_texts import countable
from catalog_service.search_log.store import SearchLogStore

__all__ = ["Counted", "countable", "counted", "oldest_day"]


@dataclass(frozen=True, slots=True)
class Counted:
    """What is kept; ``is_on`` tells whether anything is counted now."""

    is_on: bool
    least: int
    days: int
    clicks: list[Click]
    reformulations: list[Reformulation]


def counted(atlas: Service, day: date | None = None) -> Counted:
    """Return what is kept of a day, or of all days."""
    settings, store = atlas.settings, SearchLogStore(atlas.journal)
    return Counted(
        is_on=settings.search_log == "on",
        least=settings.search_log_least,
        days=settings.search_log_days,
        clicks=store.clicks(day),
        reformulations=store.reformulations(day),
    )


def oldest_day(atlas: Service) -> date:
    """Return the first day of which counts are kept."""
    today = atlas.clock.now().astimezone(SHANGHAI).date()
    return today - timedelta(days=atlas.settings.search_log_days - 1)


def remove_old(atlas: Service) -> int:
    """Remove what has been kept for long enough; returns how many rows that were."""
    store, day = SearchLogStore(atlas.journal), oldest_day(atlas)
    return store.remove_before(day) if store.is_before(day) else 0


def remove_all(atlas: Service) -> int:
    """Remove everything that is kept; returns how many rows that were."""
    return SearchLogStore(atlas.journal).remove_all()
