"""``/workbench/vocabulary/concepts``: new concepts, other names, and codes to be used no more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Annotated, Any, Final, cast, get_args

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from catalog_service.accounts.service import ROLE_LABELS, Action, Principal, require_somewhere
from catalog_service.actor_names import names_of
from catalog_service.audit.service import Entry
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
from catalog_service.vocabulary_work import concept_work
from catalog_service.vocabulary_work.proposed_concepts import NameFields, change_of
from catalog_service.vocabulary_work.wrong_fields import A_DAY, wrong_field
from ontology.dates import read_date
from ontology.errors import AtlasError, Phrase
from ontology.released_concepts import ChangeKind, ConceptChange

router = APIRouter(include_in_schema=False)

HERE: Final = "/workbench/vocabulary/concepts"
PER_PAGE: Final = 50
"""Proposals on one page."""
_MOST_NAMED: Final = 50
"""Roles, and organizations of one, that are told one by one."""
_NOTHING_COMING: Final[Mapping[str, Mapping[str, str]]] = {}
_LONGEST: Final = 200
_SOURCE: Final = 500

Number = Annotated[int, Path(ge=0, le=2**31 - 1)]


@router.get("/workbench/vocabulary/concepts")
def concepts(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """What was proposed, the newest first, and a form for more."""
    require_somewhere(worker, Action.VOCABULARY_PROPOSE)
    return _page(View(request), atlas, worker, {})


@router.post("/workbench/vocabulary/concepts")
async def propose_concept(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Show concepts with names like the proposed ones; propose it where that was looked at."""
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        require_somewhere(worker, Action.VOCABULARY_PROPOSE)
        view = View(request)
        try:
            reason = reason_of(form)
            change = _change(atlas, form)
            if form.get("looked") == "yes":
                made = concept_work.propose(atlas, worker, change, reason)
                return moved(view, f"{HERE}/{made.number}")
            found = concept_work.similar(atlas, change)
        except AtlasError as error:
            if error.kind.status in (401, 403):
                raise
            return _page(
                view, atlas, worker, form, wrong=wrong_field(view, atlas, form, error), status=400
            )
        return _page(view, atlas, worker, form, similar=found, change=change)

    return await run_in_pool(thread_pools(request).writes, work)


@router.get("/workbench/vocabulary/concepts/{number}")
def concept(request: Request, atlas: Atlas, worker: Worker, number: Number) -> Response:
    """One proposal: what it says, its history, and what may be done about it."""
    require_somewhere(worker, Action.VOCABULARY_PROPOSE)
    return _concept(View(request), atlas, worker, number)


@router.post("/workbench/vocabulary/concepts/{number}")
async def step_concept(request: Request, atlas: Atlas, bearer: Bearer, number: Number) -> Response:
    """Release, refuse or undo a proposal."""
    return await take_step(
        request,
        atlas,
        bearer,
        number,
        action=Action.VOCABULARY_PROPOSE,
        steps={
            "release": concept_work.release,
            "refuse": concept_work.refuse,
            "undo": partial(concept_work.undo, uses=request.app.state.concept_uses),
        },
        page=f"{HERE}/{number}",
        lacks_reason=lambda view, worker: _concept(
            view, atlas, worker, number, lacks_reason=True, status=400
        ),
    )


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    form: Mapping[str, str],
    *,
    status: int = 200,
    **values: Any,
) -> Response:
    proposals = concept_work.concepts_of(atlas)
    part = part_of(view, HERE, proposals.count(), PER_PAGE)
    found = proposals.some(offset=part.offset, limit=PER_PAGE)
    return _told(
        view,
        atlas,
        worker,
        "concept_proposals.html",
        [(view.gettext("New concepts and names"), None)],
        status,
        proposals=found,
        part=part,
        people=names_of(atlas, [one.proposed.actor for one in found]),
        schemes=concept_work.OWN_SCHEMES,
        choices=atlas.vocabulary.offered("organization"),
        places=atlas.vocabulary.offered("place"),
        given=form,
        longest=_LONGEST,
        longest_source=_SOURCE,
        **{"wrong": None, "similar": None, "change": None, **values},
    )


def _concept(
    view: View,
    atlas: Service,
    worker: Principal,
    number: int,
    *,
    status: int = 200,
    lacks_reason: bool = False,
) -> Response:
    found = concept_work.concepts_of(atlas).get(number)
    releases = concept_work.may_release(worker, found)
    own = found.proposed.actor == worker.actor
    gains = concept_work.gains_of(atlas, worker, found)
    if gains:
        # Before it is shown: what cannot be told to the audit is not read.
        atlas.audit.record(Entry("personal_data.read", details={"what": "roles"}))
    return _told(
        view,
        atlas,
        worker,
        "concept_proposal.html",
        [
            (view.gettext("New concepts and names"), view.link(HERE)),
            (found.change.zh, None),
        ],
        status,
        one=found,
        change=found.change,
        similar=concept_work.similar(atlas, found.change) if found.state == "proposed" else (),
        people=names_of(atlas, [event.actor for event in found.history]),
        gains=gains,
        coming={found.change.concept: {"zh": found.change.zh, "en": found.change.en}},
        role_label=lambda role: view.gettext(ROLE_LABELS[role]),
        most_named=_MOST_NAMED,
        may_release=found.state == "proposed" and releases,
        may_refuse=found.state == "proposed" and (releases or own),
        may_undo=found.state == "released" and releases,
        own=own,
        lacks_reason=lacks_reason,
    )


def _told(
    view: View,
    atlas: Service,
    worker: Principal,
    template: str,
    trail: list[tuple[str, str | None]],
    status: int,
    coming: Mapping[str, Mapping[str, str]] = _NOTHING_COMING,
    **values: Any,
) -> Response:
    def named(iri: str) -> str:
        known = atlas.vocabulary.concept(iri)
        names = coming.get(iri) if known is None else {"zh": known.zh, "en": known.en}
        return iri if names is None else view.pick(names)

    return render_desk(
        view,
        worker,
        template,
        "/workbench/vocabulary",
        [(view.gettext("Unknown values"), view.link("/workbench/vocabulary")), *trail],
        status,
        named=named,
        named_all=lambda iris: [named(iri) for iri in iris],
        state_label=lambda state: view.gettext(STATE_LABELS[state]),
        most_reason=MAX_REASON,
        **values,
    )


def _change(atlas: Service, form: Mapping[str, str]) -> ConceptChange:
    kind = form.get("kind", "new")
    if kind not in get_args(ChangeKind):
        raise invalid("kind", kind, ", ".join(get_args(ChangeKind)))
    scheme = next((one for one in concept_work.OWN_SCHEMES if one == form.get("scheme")), None)
    if scheme is None:
        raise invalid("scheme", form.get("scheme", ""), ", ".join(concept_work.OWN_SCHEMES))

    def text(name: str, most: int = _LONGEST) -> str:
        given = " ".join(form.get(name, "").split())
        if len(given) > most or not given.isprintable():
            raise invalid(
                name, given, Phrase("one line of at most {most} characters", {"most": most})
            )
        return given

    return change_of(
        atlas,
        cast(ChangeKind, kind),
        scheme,
        text("notation"),
        NameFields(
            text("zh"),
            text("en"),
            text("others", _SOURCE),
            text("broader"),
            text("place"),
            text("predecessor"),
            _day(form, "since"),
            text("source", _SOURCE),
            _day(form, "issued"),
        ),
    )


def _day(form: Mapping[str, str], name: str) -> date | None:
    """Return the day of a date field, as browsers send it; "" is none."""
    text = form.get(name, "")
    if not text.strip():
        return None
    found = read_date(text)
    if found is None or found.precision != "day":
        raise invalid(name, text, A_DAY)
    return found.day
