"""``/workbench/thesaurus``: words that people say, proposed, tried, released, undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, Principal, require_somewhere
from catalog_service.actor_names import names_of
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, reason_of
from catalog_service.proposals import STATE_LABELS
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.proposal_steps import invalid, moved, take_step
from catalog_service.site.rendering import View
from catalog_service.thesaurus_work import service
from catalog_service.thesaurus_work.model import KIND_LABELS, Draft
from ontology.errors import AtlasError
from search.thesaurus.model import KINDS, WEIGHTS

router = APIRouter(include_in_schema=False)

HERE: Final = "/workbench/thesaurus"
PER_PAGE: Final = 50
"""Edits on one page."""
MOST_CHANGES: Final = 20
"""Searches that would change which are shown with their hits."""
_LONGEST: Final = 100
_SHORTEST: Final = 2

Number = Annotated[int, Path(ge=0, le=2**31 - 1)]


@router.get("/workbench/thesaurus")
def thesaurus(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """The form for a word, and the edits, the newest first."""
    require_somewhere(worker, Action.VOCABULARY_PROPOSE)
    return _page(View(request), atlas, worker, {})


@router.post("/workbench/thesaurus")
async def propose(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Show what an edit would do to searches; propose it where it has been looked at."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        require_somewhere(worker, Action.VOCABULARY_PROPOSE)
        view = View(request)
        try:
            draft = _draft(form)
            if form.get("step") == "propose" and form.get("reason", "").strip():
                made = service.propose(atlas, worker, draft)
                return moved(view, f"{HERE}/{made.number}")
            ahead = service.look_ahead(atlas, draft)
        except AtlasError as error:
            return _page(view, atlas, worker, form, problem=error, status=400)
        lacks = form.get("step") == "propose"
        return _told(
            view,
            worker,
            "thesaurus_preview.html",
            [(view.gettext("What searches would find"), None)],
            400 if lacks else 200,
            ahead=ahead,
            draft=draft,
            lacks_reason=lacks,
            releases=service.may_release(worker),
            most=MOST_CHANGES,
        )

    return await run_in_pool(thread_pools(request).writes, work)


@router.get("/workbench/thesaurus/{number}")
def edit(request: Request, atlas: Atlas, worker: Worker, number: Number) -> Response:
    """One edit: its history, and what may be done about it."""
    require_somewhere(worker, Action.VOCABULARY_PROPOSE)
    return _edit(View(request), atlas, worker, number)


@router.post("/workbench/thesaurus/{number}")
async def step_edit(request: Request, atlas: Atlas, bearer: Bearer, number: Number) -> Response:
    """Release, refuse or undo an edit."""
    return await take_step(
        request,
        atlas,
        bearer,
        number,
        action=Action.VOCABULARY_PROPOSE,
        steps={"release": service.release, "refuse": service.refuse, "undo": service.undo},
        page=f"{HERE}/{number}",
        lacks_reason=lambda view, worker: _edit(
            view, atlas, worker, number, lacks_reason=True, status=400
        ),
    )


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    form: Mapping[str, str],
    *,
    problem: AtlasError | None = None,
    status: int = 200,
) -> Response:
    edits = service.edits_of(atlas)
    part = part_of(view, HERE, edits.count(), PER_PAGE)
    found = edits.newest(part.offset, PER_PAGE)
    return _told(
        view,
        worker,
        "thesaurus_edits.html",
        [],
        status,
        edits=found,
        part=part,
        people=names_of(atlas, [one.proposed.actor for one in found]),
        given=form,
        problem=problem,
    )


def _edit(
    view: View,
    atlas: Service,
    worker: Principal,
    number: int,
    *,
    status: int = 200,
    lacks_reason: bool = False,
) -> Response:
    edits = service.edits_of(atlas)
    found = edits.get(number)
    history = found.history
    own = found.proposed.actor == worker.actor
    releases = service.may_release(worker)
    ahead, problem = None, None
    if found.state == "proposed":
        try:
            ahead = service.look_ahead(atlas, found.draft)
        except AtlasError as error:
            problem = error
    return _told(
        view,
        worker,
        "thesaurus_edit.html",
        [(f"{found.draft.word} → {found.draft.official}", None)],
        status,
        edit=found,
        draft=found.draft,
        history=history,
        people=names_of(atlas, [event.actor for event in history]),
        ahead=ahead,
        problem=problem,
        may_release=found.state == "proposed" and releases and problem is None,
        may_refuse=found.state == "proposed" and (releases or own),
        may_undo=found.state == "released" and releases,
        own=own,
        lacks_reason=lacks_reason,
        most=MOST_CHANGES,
    )


def _told(
    view: View,
    worker: Principal,
    template: str,
    trail: list[tuple[str, str | None]],
    status: int = 200,
    **values: Any,
) -> Response:
    return render_desk(
        view,
        worker,
        template,
        HERE,
        [(view.gettext("Thesaurus"), view.link(HERE) if trail else None), *trail],
        status,
        kinds=[kind for kind in KINDS if kind != "english"],
        kind_label=lambda kind: view.gettext(KIND_LABELS[kind]),
        state_label=lambda state: view.gettext(STATE_LABELS[state]),
        most_reason=MAX_REASON,
        longest=_LONGEST,
        **values,
    )


def _draft(form: Mapping[str, str]) -> Draft:
    """Return the edit that a form asks for; raises ``parameter-invalid``."""
    word, official = (_term(form, name) for name in ("word", "official"))
    change = form.get("change", "add")
    if change not in ("add", "take"):
        raise invalid("change", change, "add, take")
    kind = next((one for one in KINDS if one == form.get("kind", "synonym")), None)
    if kind is None:
        raise invalid("kind", form.get("kind", ""), ", ".join(KINDS))
    weight = form.get("weight", "").strip()
    try:
        given = float(weight) if weight else WEIGHTS[kind]
    except ValueError as error:
        raise invalid("weight", weight, "0.05–1") from error
    if not 0.05 <= given <= 1:
        raise invalid("weight", weight, "0.05–1")
    reason = form.get("reason", "").strip()
    return Draft(
        "take" if change == "take" else "add",
        word,
        official,
        kind,
        round(given, 2),
        form.get("new") == "yes",
        reason_of(form) if reason else "",
    )


def _term(form: Mapping[str, str], name: str) -> str:
    text = " ".join(form.get(name, "").split())
    if not (_SHORTEST <= len(text) <= _LONGEST and text.isprintable()):
        raise invalid(name, text, f"{_SHORTEST}–{_LONGEST} characters")
    return text
