"""``/cases/new/application``, and the agreement of an application: read, and signed by a code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.documents.pdf import MEDIA_TYPE
from catalog_service.http.access import Bearer
from catalog_service.http.errors import PAGE_NOT_FOUND
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form
from catalog_service.participation import agreement_file as files
from catalog_service.participation.application_steps import ask_code
from catalog_service.participation.applying import SEALED, Offer, apply_for, offer_of
from catalog_service.participation.case_address import CaseName
from catalog_service.participation.case_view import organization_of
from catalog_service.participation.fields import LABELS
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.naming import NEW_APPLICATION, OWN, PUBLIC, WORK, asker_path
from catalog_service.participation.sealed_texts import LONGEST
from catalog_service.participation.service import case_named, is_own
from catalog_service.site.page_sessions import sender_of, sign_in
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

_SHOWN_AGAIN: Final = frozenset({403, 404, 409, 422, 429, 503})

Name = Annotated[str, Query(max_length=2_000)]


@router.get(NEW_APPLICATION)
def new_application_page(
    request: Request, atlas: Atlas, bearer: Bearer, dataset: Name = ""
) -> Response:
    """Apply for a dataset: first what it is given on, then the form."""
    return _new(View(request), atlas, bearer, {"dataset": dataset})


@router.post(NEW_APPLICATION)
async def bring_up_application(request: Request, atlas: Atlas) -> Response:
    """Apply for a dataset."""
    form = await receive_form(request)

    def work() -> Response:
        view, principal = View(request), sender_of(request, atlas, form)
        if principal is None:
            return sign_in(view)
        try:
            made = apply_for(atlas, principal, form)
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            return _new(view, atlas, principal, form, error)
        return RedirectResponse(view.link(asker_path(made), done="sent"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


@router.get(OWN + "/{case}/agreement.pdf")
def agreement_file(request: Request, atlas: Atlas, bearer: Bearer, name: CaseName) -> Response:
    """The agreement of an application, for both who sign it."""
    view = View(request)
    if view.session is None or bearer is None:
        return sign_in(view)
    case, content = files.agreement_file(atlas, bearer, name)
    if content is None:
        raise AtlasError(PAGE_NOT_FOUND)
    headers = {**PRIVATE, "Content-Disposition": f'attachment; filename="{case.name}.pdf"'}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


@router.post(OWN + "/{case}/code")
async def send_code(request: Request, atlas: Atlas, name: CaseName) -> Response:
    """Have a code sent with which one signs."""
    form = await receive_form(request)

    def work() -> Response:
        view, principal = View(request), sender_of(request, atlas, form)
        if principal is None:
            return sign_in(view)
        case = case_named(atlas, principal, name)
        ask_code(atlas, principal, case)
        path = asker_path(case) if is_own(principal, case) else f"{WORK}/{case.name}"
        return RedirectResponse(view.link(path, done="code"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _new(
    view: View,
    atlas: Service,
    principal: Principal | None,
    given: Mapping[str, str],
    problem: AtlasError | None = None,
) -> Response:
    offer, problem = _offer(atlas, given.get("dataset", "").strip()[:2_000], problem)
    title = view.gettext("Apply for data")
    return view.render(
        "application_new.html",
        200 if problem is None else problem.kind.status,
        headers=PRIVATE if view.session is not None else None,
        section=PUBLIC["demand"],
        trail=[(title, None)],
        title=title,
        path=NEW_APPLICATION,
        problem=problem,
        offer=offer,
        organization=None if offer is None else organization_of(view, atlas, offer.organization),
        clocks=[(one.label, one.rule) for one in MACHINES["application"].clocks],
        given=given,
        labels={name: view.gettext(label) for name, label in LABELS.items()},
        longest={name: most for name, (most, _) in SEALED.items()},
        most=LONGEST,
        today=atlas.clock.today().isoformat(),
        signed_in=principal is not None,
    )


def _offer(
    atlas: Service, dataset: str, problem: AtlasError | None
) -> tuple[Offer | None, AtlasError | None]:
    """Return what is offered of the dataset that is named, or why nothing is."""
    try:
        return offer_of(atlas, dataset), problem
    except AtlasError as error:
        return None, problem or error
