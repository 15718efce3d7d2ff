"""The page of a list at work: what stands, what may be done, and what a refused form had typed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import Response

from catalog_service.accounts.service import Principal
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.http.token_forms import MAX_REASON
from catalog_service.open_list.amending import waiting_changes
from catalog_service.open_list.checking import check as findings_of
from catalog_service.open_list.checking import violations
from catalog_service.open_list.cycle import DONE, lacks_calendar
from catalog_service.open_list.deadlines import overdue
from catalog_service.open_list.errors import LIST_SEEN
from catalog_service.open_list.exchange.columns import heading
from catalog_service.open_list.model import COLUMNS, OPEN_TYPES, ListFinding, OpenList
from catalog_service.open_list.naming import WORK, list_path
from catalog_service.open_list.reasons import REASONS, grouped
from catalog_service.open_list.seen import changed_since, working_content
from catalog_service.open_list.service import findings_kept, possible_steps
from catalog_service.open_list.step_forms import fields_at_fault, seen_of, typed_of
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

PER_PAGE: Final = 25
_APART: Final = ("draft", "edit", "propose", "retract", "refuse", "amend", "evaluate", "abandon")
"""Steps that have forms of their own."""
_HELD: Final = ("review", "file")
"""Steps that violations keep a list from."""
_BEFORE_FILING: Final = ("draft", "checked", "reviewed", "returned")


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was not taken, and why."""

    form: Mapping[str, str]
    error: AtlasError


def show_list(
    view: View,
    atlas: Service,
    worker: Principal,
    there: OpenList,
    *,
    item: str = "",
    refused: Refused | None = None,
) -> Response:
    """Answer with a list; ``item``: the key of the item whose form is shown."""
    path = list_path(atlas.vocabulary, there.organization, there.year)
    items = sorted(there.content.items.values(), key=lambda one: (one.title, one.key))
    part = part_of(view, path, len(items), PER_PAGE, [])
    name = view.pick(atlas.accounts.hierarchy.names(there.organization))
    steps = {one.name: one for one in possible_steps(atlas, worker, there)}
    found, found_at = _found(atlas, there)
    blocking = len(violations(found)) if there.state in ("checked", "reviewed") else 0
    returned = there.returned if there.state in _BEFORE_FILING else None
    return render_desk(
        view,
        worker,
        "open_list_at_work.html",
        WORK,
        [
            (view.gettext("Open lists"), view.link(WORK)),
            (f"{name} {there.year}", None),
        ],
        200 if refused is None else refused.error.kind.status,
        there=there,
        name=name,
        path=path,
        part=part,
        items=items[part.offset : part.offset + PER_PAGE],
        columns=[(key, heading(key, view.lang)) for key in COLUMNS],
        open_types=OPEN_TYPES,
        steps=steps,
        plain=[
            (one.name, view.gettext(one.label), one.needs_reason)
            for one in steps.values()
            if one.name not in _APART and not (blocking and one.name in _HELD)
        ],
        blocking=blocking,
        lacks_calendar=there.state not in DONE["open-by"] and lacks_calendar(atlas, there.year),
        returned=returned,
        changes=waiting_changes(atlas, there),
        findings=[*overdue(atlas, there), *found],
        found_at=found_at,
        reasons=[
            (kinds, [(code, view.gettext(label)) for code, label in codes])
            for kinds, codes in grouped()
        ],
        codes={code: view.gettext(one.label) for code, one in REASONS.items()},
        people=names_of(atlas, [one.actor for one in there.steps]),
        most_reason=MAX_REASON,
        **_editing(atlas, there, item, refused),
    )


def _found(atlas: Service, there: OpenList) -> tuple[tuple[ListFinding, ...], Any]:
    kept = findings_kept(atlas, there)
    if kept is not None:
        return kept.findings, kept.time
    if there.state not in ("checked", "reviewed", "filed", "returned"):
        return (), None
    # Lists that were checked before findings were kept.
    return tuple(findings_of(atlas, there.organization, there.content)), None


def _editing(atlas: Service, there: OpenList, item: str, refused: Refused | None) -> dict[str, Any]:
    """Return the item whose form is shown, with what was typed into the form that was refused."""
    form = {} if refused is None else refused.form
    values: dict[str, Any] = {
        "problem": None if refused is None else refused.error,
        "fault": "" if refused is None else fields_at_fault(refused.error),
        "typed": form,
        "texts": {},
        "conflicts": {},
        "since": [],
        "editing": None,
        "goes": False,
        "lost": [],
    }
    if refused is not None and refused.error.kind is LIST_SEEN:
        values["since"] = changed_since(atlas, there, seen_of(form))
    if form.get("step") in ("edit", "propose"):
        found = typed_of(atlas, there, form)
        if found is not None:
            values["editing"], merged = found
            values["texts"], values["conflicts"] = merged.texts, merged.conflicts
        else:
            values["lost"] = [(key, form[key]) for key in COLUMNS if form.get(key)]
    elif item:
        values["editing"] = working_content(atlas, there).items.get(item)
        values["goes"] = values["editing"] is None and item in there.content.items
    return values
