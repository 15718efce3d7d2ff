"""Corrections of datasets: objections that were answered as corrected, from the steps of cases."""

from __future__ import annotations

from typing import Final

from catalog_service.context import Service
from catalog_service.following.model import NewNews
from catalog_service.following.stored_follows import targets_among
from catalog_service.following.stored_news import add_news
from catalog_service.notices.service import last_told, note_told
from catalog_service.participation.service import corrections_after, last_step_of_cases

CURSOR: Final = "following:cases"
STEP: Final = 500


def gather_corrections(atlas: Service, step: int = STEP) -> int | None:
    """Read one step of the cases' steps and keep its corrections; None: there was nothing new."""
    with atlas.journal.reading_tables() as connection:
        found = last_told(connection, CURSOR)
    last = last_step_of_cases(atlas)
    cursor = last if found is None else found[0]
    if found is not None and cursor >= last:
        return None
    corrections = corrections_after(atlas, cursor, step)
    until = corrections[-1].step if len(corrections) == step else last
    now = atlas.clock.now()
    with atlas.journal.writing_tables() as connection:
        if last_told(connection, CURSOR) != found:
            return 0
        targets = targets_among(connection, "dataset", (one.subject for one in corrections))
        news = [
            NewNews(
                targets[one.subject].id,
                f"case-step:{one.step}",
                one.subject,
                "corrected",
                {"case": one.case, "name": one.name},
                None,
                one.time,
            )
            for one in corrections
            if one.subject in targets
        ]
        count = len(add_news(connection, news, now))
        note_told(connection, CURSOR, until, now)
    return count
