"""Steps as the forms of the workbench send them: on what was shown, and merged with what is now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from catalog_service.accounts.service import Action, Principal, require
from catalog_service.context import Service
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.token_forms import MAX_REASON
from catalog_service.open_list.differences import ItemChange, with_fields
from catalog_service.open_list.errors import LIST_CHANGED, LIST_FIELDS, LIST_ITEM
from catalog_service.open_list.model import ListItem, OpenList
from catalog_service.open_list.reasons import OTHER
from catalog_service.open_list.seen import MergedItem, Seen, merged_item, said, working_content
from catalog_service.open_list.service import (
    amend,
    draft,
    edit,
    get,
    propose,
    refuse,
    retract,
    take,
)
from ontology.dates import read_date
from ontology.errors import AtlasError, Named, Phrase, code_of
from translations import N_

CONTENT, PROPOSED = "seen", "proposed"
"""Fields that say what the page of a form showed: hashes of contents, or nothing.

No column of a list is called so: the form of an item has those, too.
"""


def seen_of(form: Mapping[str, str]) -> Seen:
    """Return what the page of a form showed, as far as the form says."""
    return Seen(form.get(CONTENT) or None, form.get(PROPOSED))


def taken(
    atlas: Service, worker: Principal, name: str, year: int, form: Mapping[str, str]
) -> OpenList:
    """Take the step that a form asks for; raises as the step does, and ``open-list-fields``."""
    step, reason = form.get("step", ""), form.get("reason", "").strip()[:MAX_REASON]
    if step == "draft":
        return draft(atlas, worker, name, year, last_year=form.get("from") == "last-year")
    if step in ("edit", "propose"):
        require(worker, Action.OPEN_LIST_EDIT, name)
        change = frozenset({change_of(atlas, get(atlas, name, year), form)})
        written_by = edit if step == "edit" else propose
        return written_by(atlas, worker, (name, year), change, reason, form.get("code", OTHER))
    seen = seen_of(form)
    if step == "retract":
        return retract(atlas, worker, (name, year), [form.get("item", "")], reason, seen=seen)
    if step == "refuse":
        only = [form["item"]] if form.get("item") else []
        return refuse(atlas, worker, (name, year), reason, only, seen=seen)
    if step == "amend":
        return amend(atlas, worker, name, year, _day(form), seen=seen)
    return take(atlas, worker, name, year, step, reason, seen=seen)


def change_of(atlas: Service, there: OpenList, form: Mapping[str, str]) -> ItemChange:
    """Return what a form changes about an item, beside what others changed meanwhile.

    Raises ``unknown-open-list-item``, ``open-list-changed`` where the item went, or is to go and
    says something else by now, ``open-list-fields`` and ``open-list-field-too-long``.
    """
    was, now = _both(atlas, there, form)
    if now is None:
        if was is None:
            raise AtlasError(LIST_ITEM, key=form.get("item", "")[:200])
        raise AtlasError(LIST_CHANGED, key=was.title)
    if form.get("withdraw"):
        if was != now:
            raise AtlasError(LIST_CHANGED, key=now.title)
        return ItemChange(now, None)
    merged = merged_item(was or now, now, form)
    if merged.conflicts:
        raise AtlasError(LIST_FIELDS, number=len(merged.conflicts))
    return ItemChange(now, with_fields(now, dict(merged.texts)))


def typed_of(
    atlas: Service, there: OpenList, form: Mapping[str, str]
) -> tuple[ListItem, MergedItem] | None:
    """Return the item of a form as it stands, and what was typed; None: it is not there."""
    was, now = _both(atlas, there, form)
    return None if now is None else (now, merged_item(was or now, now, form))


def fields_at_fault(error: AtlasError) -> str:
    """Return the field of a form that an error is about; empty: it is about none."""
    if error.code == "open-list-field-too-long":
        return code_of(error.params.get("field", ""))
    return {
        "open-list-reason": "reason",
        "open-list-reason-code": "code",
        "open-list-not-announced": "in_force",
        "parameter-invalid": code_of(error.params.get("name", "")),
        "open-list-year": "year",
        "open-list-there": "year",
        "unknown-open-list": "from",
        "open-list-empty": "from",
    }.get(error.code, "")


def _both(
    atlas: Service, there: OpenList, form: Mapping[str, str]
) -> tuple[ListItem | None, ListItem | None]:
    """Return the item of a form as its page showed it, and as it stands."""
    key = form.get("item", "")
    now = working_content(atlas, there).items.get(key)
    shown = said(atlas, there, form.get(PROPOSED) or form.get(CONTENT, ""))
    return (now if shown is None else shown.items.get(key)), now


def _day(form: Mapping[str, str]) -> date | None:
    text = form.get("in_force", "").strip()
    if not text:
        return None
    found = read_date(text)
    if found is None or found.precision != "day":
        raise AtlasError(
            PARAMETER_INVALID,
            name=Named("in_force", N_("Takes effect on (what restricts: after today)")),
            value=text[:80],
            expected=Phrase("a day, as 2026-05-01"),
        )
    return found.day
