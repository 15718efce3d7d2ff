"""``/workbench/datasets/{draft}``: the form of a draft, its review, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import JSONResponse, Response

from catalog_service.accounts.service import Action as Right
from catalog_service.accounts.service import Principal
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.editing import releasing, service
from catalog_service.editing.acting import Worker
from catalog_service.editing.checking import check
from catalog_service.editing.draft_forms import (
    DraftForm,
    added,
    choices,
    read_form,
    version_of,
    written,
)
from catalog_service.editing.errors import DATASET_CHANGED, DRAFT_VIOLATES
from catalog_service.editing.field_values import FieldValues
from catalog_service.editing.form_view import FieldView, suggested
from catalog_service.editing.forms import form_views
from catalog_service.editing.four_eyes import four_eyes, rights_to_release
from catalog_service.editing.import_view import contradictions
from catalog_service.editing.model import Check, Draft, Message, Saved
from catalog_service.editing.naming import Names, differences
from catalog_service.editing.page_parts import PATH, organization_name, see, trail
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.errors import REASON_NEEDED
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE, reason_of, receive_form
from catalog_service.site.desk import render_desk
from catalog_service.site.labels import LABELS
from catalog_service.site.rendering import View
from ontology.errors import AtlasError
from ontology.record import Record
from shapes.form_shapes import dataset_form

router = APIRouter(include_in_schema=False)

MOST_FIELDS: Final = 5_000
"""Fields of a form, as many as a form of a session may have: some 900 data items."""

_MANY: Final = 3
"""Fields beside which a rule's whole message would only be repeated: the summary has it."""

_NODE_KIND: Final = "D-node-kind"
"""The rule that says of a text only that it is none of the things which are wanted."""

_STEPS: Final = ("discard", "take-back", "release", "return", "take-in")


@dataclass(frozen=True, slots=True)
class Note:
    """A finding beside a field."""

    rule: str
    severity: str
    text: str


@router.get("/workbench/datasets/{draft}")
def draft_page(
    request: Request,
    atlas: Atlas,
    principal: Worker,
    draft: str,
    all: str = "",  # noqa: A002 - the name in the address
    add: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The form of a draft, or for whoever may not write it what it changes."""
    found = service.read(atlas, principal, draft)
    if not found.can_be_written or not principal.may(Right.DATASET_EDIT, found.organization):
        return _review(request, atlas, principal, found)
    return _form(request, atlas, principal, found, complete=all == "yes", add=add)


@router.get("/workbench/datasets/{draft}/compare")
def compare_page(request: Request, atlas: Atlas, principal: Worker, draft: str) -> Response:
    """What a draft changes in the catalogue."""
    found = service.read(atlas, principal, draft)
    return _review(request, atlas, principal, found, back=found.can_be_written)


@router.post("/workbench/datasets/{draft}")
async def write_draft(request: Request, atlas: Atlas, principal: Worker, draft: str) -> Response:
    """Save a draft, or do the next step with it."""
    form = await receive_form(request, MOST_FIELDS)

    def work() -> Response:
        found = service.read(atlas, principal, draft)
        action = form.get("action", "save")
        if action in _STEPS:
            return _step(request, atlas, principal, found, form)
        sent = read_form(form)
        return _save(request, atlas, principal, found, form, sent)

    return await run_in_pool(thread_pools(request).writes, work)


def _save(
    request: Request,
    atlas: Service,
    principal: Principal,
    draft: Draft,
    form: Mapping[str, str],
    sent: DraftForm,
) -> Response:
    before = service.record_at(atlas, draft, sent.version)
    record = written(atlas, before, sent)
    saved = service.save(atlas, principal, draft, record, version=sent.version)
    if not saved.is_written and saved.merged is not None:
        chosen = choices(form, saved.merged.contradictions, saved.draft.version)
        if chosen:
            saved = service.save(
                atlas, principal, draft, record, version=sent.version, choices=chosen
            )
    if sent.action == "autosave":
        return _told(request, atlas, saved, sent)
    if not saved.is_written:
        return _conflict(request, atlas, principal, saved, form)
    here = f"{PATH}/{draft.id}"
    more = {"all": "yes"} if sent.complete else {}
    if sent.action == "submit":
        return _submit(request, atlas, principal, saved.draft, complete=sent.complete)
    if saved.merged is not None:
        return _form(request, atlas, principal, saved.draft, complete=sent.complete, saved=saved)
    if sent.action in ("add", "paste", "up", "down", "remove"):
        anchor = sent.target.partition("/")[0] if sent.action != "add" else sent.target
        adds = {"add": sent.target} if sent.action == "add" else {}
        return see(request, f"{here}#f-{anchor.replace('/', '.')}", **more, **adds)
    return see(request, here, **more)


def _submit(
    request: Request, atlas: Service, principal: Principal, draft: Draft, *, complete: bool
) -> Response:
    try:
        releasing.submit(atlas, principal, draft, version=draft.version)
    except AtlasError as error:
        if error.kind not in (DRAFT_VIOLATES, DATASET_CHANGED):
            raise
        return _form(request, atlas, principal, draft, complete=complete, problem=error)
    return see(request, f"{PATH}/{draft.id}")


def _step(
    request: Request,
    atlas: Service,
    principal: Principal,
    draft: Draft,
    form: Mapping[str, str],
) -> Response:
    action = form["action"]
    here = f"{PATH}/{draft.id}"
    if action == "take-in":
        saved = releasing.take_in(atlas, principal, draft)
        return _form(request, atlas, principal, saved.draft, complete=False, saved=saved)
    version = version_of(form)
    given = form.get("reason", "").strip()
    try:
        if action == "discard":
            releasing.discard(atlas, principal, draft)
            return see(request, PATH)
        if action == "take-back":
            releasing.take_back(atlas, principal, draft)
        elif action == "release":
            reason = reason_of(form) if given else ""
            releasing.release(atlas, principal, draft, version=version, reason=reason)
        else:
            reason = reason_of(form)
            releasing.send_back(atlas, principal, draft, version=version, reason=reason)
    except AtlasError as error:
        if error.kind not in (DRAFT_VIOLATES, DATASET_CHANGED, PARAMETER_INVALID, REASON_NEEDED):
            raise
        return _review(request, atlas, principal, draft, problem=error, reason=given)
    return see(request, here)


def _told(request: Request, atlas: Service, saved: Saved, sent: DraftForm) -> Response:
    """Answer the script that saves as one types: the version, and what stands beside fields."""
    view = View(request)
    if saved.merged is not None:
        return JSONResponse({"elsewhere": True}, 409, PRIVATE)
    found = check(atlas, saved.draft.record)
    notes = _notes(atlas, view, found)
    return JSONResponse(
        {
            "version": saved.draft.version,
            "nodes": dict(sent.entries.nodes()),
            "conforms": found.conforms,
            "notes": {
                place: [
                    {
                        "severity": note.severity,
                        "label": view.label("severity", note.severity),
                        "rule": note.rule,
                        "text": note.text,
                    }
                    for note in beside
                ]
                for place, beside in notes.items()
            },
            "summary": _summary(atlas, view, saved.draft, found),
        },
        headers=PRIVATE,
    )


def _summary(atlas: Service, view: View, draft: Draft, found: Check) -> str:
    answer = view.render("draft_check.html", **_check_values(atlas, view, draft, found))
    return bytes(answer.body).decode()


def _form(
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


def _review(
    request: Request,
    atlas: Service,
    principal: Principal,
    draft: Draft,
    *,
    back: bool = False,
    problem: AtlasError | None = None,
    reason: str = "",
) -> Response:
    view = View(request)
    before = service.published(atlas, draft)
    # What a draft became cannot be compared with itself: what it changed is told by the history.
    stored = atlas.journal.get(draft.record.iri)
    waits = draft.state == "submitted"
    why = four_eyes(atlas, draft, before) if waits else None
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


def _conflict(
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
        "notes": _notes(atlas, view, found),
        "rule_text": lambda rule: texts.get(rule, rule),
        "place_name": names.of_place,
        "written": {code: view.label("written as", code) for code in LABELS["written as"]},
    }


def _notes(atlas: Service, view: View, found: Check) -> dict[str, list[Note]]:
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
