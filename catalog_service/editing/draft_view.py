"""How a draft is shown: its form, its review and what two wrote at once, with what is found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import Request
from starlette.responses import Response

from catalog_service.accounts.service import Action as Right
from catalog_service.accounts.service import Principal
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.editing import service
from catalog_service.editing.checking import check
from catalog_service.editing.draft_forms import (
    added,
)
from catalog_service.editing.errors import DATASET_CHANGED
from catalog_service.editing.field_values import FieldValues
from catalog_service.editing.form_view import FieldView, suggested
from catalog_service.editing.forms import form_views
from catalog_service.editing.four_eyes import four_eyes, rights_to_release
from catalog_service.editing.import_view import contradictions
from catalog_service.editing.model import Check, Draft, Message, Saved
from catalog_service.editing.naming import Names, differences
from catalog_service.editing.page_parts import PATH, organization_name, trail
from catalog_service.editing.releasing import who_else_releases
from catalog_service.http.token_forms import MAX_REASON
from catalog_service.site.desk import render_desk
from catalog_service.site.labels import LABELS
from catalog_service.site.rendering import View
from ontology.errors import AtlasError
from ontology.record import Record
from shapes.form_shapes import dataset_form

_MOST_NAMED: Final = 5
"""Persons that are named of those who may release a draft."""
_MANY: Final = 3
"""Fields beside which a rule's whole message would only be repeated: the summary has it."""

_NODE_KIND: Final = "D-node-kind"
"""The rule that says of a text only that it is none of the things which are wanted."""


@dataclass(frozen=True, slots=True)
class Note:
    """A finding beside a field."""

    rule: str
    severity: str
    text: str


def summary_of(atlas: Service, view: View, draft: Draft, found: Check) -> str:
    """Return the summary of a check, as the page shows it, for the script that saves."""
    answer = view.render("draft_check.html", **_check_values(atlas, view, draft, found))
    return bytes(answer.body).decode()


def form_page(
    request: Request,
    atlas: Service,
    principal: Principal,
    draft: Draft,
    *,
    complete: bool,
    add: str = "",
    saved: Saved | None = None,
    problem: AtlasError | None = None,
) -> Response:
    """The form of a draft, with what was found beside its fields."""
    view = View(request)
    groups = form_views(
        atlas, view.lang, complete=complete, added=added(add) if add else None
    ).groups(draft.record)
    fields = [one for group in groups for one in _each(group.fields)]
    lists = suggested(
        dataset_form(),
        FieldValues(atlas.vocabulary),
        view.lang,
        {one.suggestions for one in fields if one.suggestions},
    )
    found = check(atlas, draft.record)
    history = service.events(atlas, draft)
    merged = saved.merged if saved is not None else None
    names = Names(atlas.vocabulary, view.lang, draft.record)
    status = 200 if problem is None else problem.kind.status
    return render_desk(
        view,
        principal,
        "draft.html",
        PATH,
        trail(view, _title(view, draft)),
        status,
        groups=groups,
        lists=lists,
        complete=complete,
        merged=[" › ".join(one.steps) for one in names.sorted(merged.taken)] if merged else [],
        problem=problem.message(view.lang) if problem else None,
        stale=problem is not None and problem.kind is DATASET_CHANGED,
        may_submit=principal.may(Right.DATASET_SUBMIT, draft.organization),
        returned=next((one for one in reversed(history) if one.action == "returned"), None),
        **_draft_values(atlas, view, draft, history),
        **_check_values(atlas, view, draft, found),
    )


def review_page(
    request: Request,
    atlas: Service,
    principal: Principal,
    draft: Draft,
    *,
    back: bool = False,
    problem: AtlasError | None = None,
    reason: str = "",
) -> Response:
    """What a draft changes, what is found in it, and what may be done with it."""
    view = View(request)
    before = service.published(atlas, draft)
    # What a draft became cannot be compared with itself: what it changed is told by the history.
    stored = atlas.journal.get(draft.record.iri)
    waits = draft.state == "submitted"
    why = four_eyes(atlas, draft, before) if waits else None
    others = [f"person:{one}" for one in who_else_releases(atlas, draft, why)] if waits else []
    found = check(atlas, draft.record) if draft.is_open else Check(True, ())
    compared = differences(
        atlas.vocabulary, view.lang, before or _nothing(draft.record), draft.record
    )
    return render_desk(
        view,
        principal,
        "draft_review.html",
        PATH,
        trail(view, _title(view, draft)),
        200 if problem is None else problem.kind.status,
        differences=compared,
        new=before is None,
        held=stored is not None and stored.held_seq is not None,
        why=why,
        back=f"{PATH}/{draft.id}" if back else "",
        problem=problem.message(view.lang) if problem else None,
        reason=reason,
        most_reason=MAX_REASON,
        releasers=[names_of(atlas, [one])[one] for one in others[:_MOST_NAMED]],
        more_releasers=max(len(others) - _MOST_NAMED, 0),
        may_release=waits
        and principal.actor not in service.writers(atlas, draft)
        and all(principal.may(one, draft.organization) for one in rights_to_release(why)),
        may_return=waits
        and principal.actor not in service.writers(atlas, draft)
        and principal.may(Right.DATASET_RELEASE, draft.organization),
        may_edit=principal.may(Right.DATASET_EDIT, draft.organization),
        may_take_back=waits and principal.may(Right.DATASET_SUBMIT, draft.organization),
        **_draft_values(atlas, view, draft, service.events(atlas, draft)),
        **_check_values(atlas, view, draft, found),
    )


def conflict_page(
    request: Request,
    atlas: Service,
    principal: Principal,
    saved: Saved,
    form: Mapping[str, str],
) -> Response:
    """Show what two have changed otherwise, to choose; what was sent goes along in the form."""
    view = View(request)
    assert saved.merged is not None
    names = Names(atlas.vocabulary, view.lang, saved.draft.record, saved.merged.record)
    shown = contradictions(names, saved.merged.contradictions)
    kept = {
        name: value
        for name, value in form.items()
        if not name.startswith("choose.") and name not in ("action", "against", "csrf")
    }
    return render_desk(
        view,
        principal,
        "draft_conflict.html",
        PATH,
        trail(view, _title(view, saved.draft)),
        409,
        contradictions=shown,
        kept=kept,
        **_draft_values(atlas, view, saved.draft, []),
    )


def _draft_values(atlas: Service, view: View, draft: Draft, history: list[Any]) -> dict[str, Any]:
    actors = {draft.changed_by, draft.author, *(one.actor for one in history)}
    return {
        "draft": draft,
        "title": _title(view, draft),
        "own_path": f"{PATH}/{draft.id}",
        "organization": organization_name(atlas, view, draft.organization),
        "events": history,
        "people": names_of(atlas, actors),
    }


def _check_values(atlas: Service, view: View, draft: Draft, found: Check) -> dict[str, Any]:
    texts = {rule.id: view.name(rule.message) for rule in atlas.rules.rules}
    names = Names(atlas.vocabulary, view.lang, draft.record)
    return {
        "check": found,
        "notes": notes_of(atlas, view, found),
        "rule_text": lambda rule: texts.get(rule, rule),
        "place_name": names.of_place,
        "written": {code: view.label("written as", code) for code in LABELS["written as"]},
    }


def notes_of(atlas: Service, view: View, found: Check) -> dict[str, list[Note]]:
    """Return what stands beside fields: the rule's message, or of a rule about many its name."""
    rules = {rule.id: rule for rule in atlas.rules.rules}
    notes: dict[str, list[Note]] = {}
    for message in found.messages:
        one = message.finding
        rule = rules.get(one.rule_id)
        if rule is None:
            continue
        text = view.name(rule.message if one.path or len(message.places) < _MANY else rule.label)
        for place in message.places:
            if one.rule_id == _NODE_KIND and _told_better(found, message, place):
                continue
            notes.setdefault(place, []).append(Note(one.rule_id, one.severity, text))
    return notes


def _told_better(found: Check, message: Message, place: str) -> bool:
    """Tell whether a rule as grave says of the same value there which ones are wanted."""
    one = message.finding
    return any(
        other.finding.rule_id != one.rule_id
        and other.finding.severity == one.severity
        and other.finding.value == one.value
        and place in other.places
        for other in found.messages
    )


def _each(fields: tuple[FieldView, ...]) -> list[FieldView]:
    return [
        inner
        for one in fields
        for inner in (one, *(deep for row in one.rows for deep in _each(row.fields)))
    ]


def _nothing(record: Record) -> Record:
    return Record(record.iri, record.source, record.remote_id, record.focus, "")


def _title(view: View, draft: Draft) -> str:
    return draft.title or view.gettext("Dataset without a title")
