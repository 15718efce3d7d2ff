"""``/follows``: what one follows, how its news come, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Principal
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.following import service
from catalog_service.following.exporting import exported
from catalog_service.following.model import HOW, TARGET_KINDS, WHY, Follow, TargetKind
from catalog_service.following.naming import EXPORT, NEW, NEWS, OWN, feed_path
from catalog_service.http.access import Bearer
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form
from catalog_service.site.page_sessions import sender_of, sign_in
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
_SHOWN_AGAIN: Final = frozenset({404, 409, 422})

Kind = Annotated[str, Query(max_length=20)]
Value = Annotated[str, Query(max_length=2_000)]


@router.get(OWN)
def own_page(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """What one follows, and one's addresses of feeds."""
    view = View(request)
    if view.session is None or bearer is None:
        return sign_in(view)
    return _own(view, atlas, bearer)


@router.post(OWN)
async def change_own(request: Request, atlas: Atlas) -> Response:
    """Change how news come, follow something no longer, make or end a feed, or erase all."""
    form = await receive_form(request)

    def work() -> Response:
        view = View(request)
        principal = sender_of(request, atlas, form)
        if principal is None:
            return sign_in(view)
        try:
            made = _done(view, atlas, principal, form)
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            return _own(view, atlas, principal, problem=error)
        if made is not None:
            # Shown this once: it is in no address and no history.
            return _own(view, atlas, principal, made=made)
        return RedirectResponse(view.link(OWN, done=form["action"]), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


@router.get(NEW)
def new_page(
    request: Request, atlas: Atlas, bearer: Bearer, kind: Kind = "", value: Value = ""
) -> Response:
    """Choose how the news of something come, and follow it."""
    return _new(View(request), atlas, bearer, kind, value)


@router.post(NEW)
async def follow(request: Request, atlas: Atlas) -> Response:
    """Follow something."""
    form = await receive_form(request)

    def work() -> Response:
        view = View(request)
        principal = sender_of(request, atlas, form)
        if principal is None:
            return sign_in(view)
        kind, value = form.get("kind", ""), form.get("value", "")
        try:
            service.follow(atlas, principal, kind, value, form.get("how", "daily"))
        except AtlasError as error:
            if error.kind.status not in _SHOWN_AGAIN:
                raise
            return _new(view, atlas, principal, kind[:20], value[:2_000], error)
        return RedirectResponse(view.link(OWN, done="follow"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


@router.get(NEWS)
def news_page(
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    target: Annotated[int | None, Query(ge=1, le=2_147_483_647)] = None,
) -> Response:
    """What became of what one follows, the newest first."""
    view = View(request)
    if view.session is None or bearer is None:
        return sign_in(view)
    person = service.person_of(bearer)
    followed = next((one for one in service.own(atlas, bearer) if one.target.id == target), None)
    entries = (
        []
        if target is not None and followed is None
        else service.news_of(atlas, person, view.lang, target)
    )
    title = view.gettext("News of what I follow")
    return view.render(
        "follow_news.html",
        headers=PRIVATE,
        section=OWN,
        trail=[(view.gettext("What I follow"), view.link(OWN)), (title, None)],
        title=title,
        entries=entries,
        of=None if followed is None else _row(view, atlas, followed),
        time_of=lambda moment: moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        own_path=OWN,
        news_path=NEWS,
    )


@router.get(EXPORT)
def export(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """All that one follows, as a file."""
    view = View(request)
    if view.session is None or bearer is None:
        return sign_in(view)
    content = orjson.dumps(exported(atlas, bearer), option=orjson.OPT_INDENT_2)
    headers = {**PRIVATE, "Content-Disposition": 'attachment; filename="follows.json"'}
    return Response(content, media_type="application/json", headers=headers)


def _done(view: View, atlas: Service, principal: Principal, form: Mapping[str, str]) -> str | None:
    """Do what a form asks; return the address of a feed that was made."""
    person, action = service.person_of(principal), form.get("action", "")
    match action:
        case "how":
            service.change(atlas, principal, _target(form), form.get("how", ""))
        case "leave":
            service.leave(atlas, principal, _target(form))
        case "feed":
            secret = service.make_feed(atlas, person, view.lang)
            return atlas.settings.public_url + feed_path(secret)
        case "feed-end":
            service.end_feed(atlas, person, form.get("feed", ""))
        case "erase":
            service.erase_all(atlas, person)
        case _:
            expected = "how, leave, feed, feed-end, erase"
            raise AtlasError(PARAMETER_INVALID, name="action", value=action[:40], expected=expected)
    return None


def _target(form: Mapping[str, str]) -> int:
    text = form.get("target", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _own(
    view: View,
    atlas: Service,
    principal: Principal,
    *,
    problem: AtlasError | None = None,
    made: str | None = None,
) -> Response:
    person = service.person_of(principal)
    found = service.own(atlas, principal)
    part = part_of(view, OWN, len(found), PER_PAGE, [])
    return view.render(
        "follows.html",
        200 if problem is None else problem.kind.status,
        headers=PRIVATE,
        section=OWN,
        trail=[(view.gettext("What I follow"), None)],
        rows=[_row(view, atlas, one) for one in found[part.offset : part.offset + PER_PAGE]],
        part=part,
        problem=problem,
        done=view.request.query_params.get("done") if problem is None and made is None else None,
        made=made,
        feeds=service.feeds_of(atlas, person),
        choices=_choices(view),
        time_of=lambda moment: moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        own_path=OWN,
        news_path=NEWS,
        export_path=EXPORT,
        erasable=any(one.why is None for one in found),
    )


def _row(view: View, atlas: Service, one: Follow) -> dict[str, object]:
    target = one.target
    return {
        "target": target.id,
        "kind": view.pgettext("follow", TARGET_KINDS[target.kind]),
        "name": service.name_of(atlas, target.kind, target.value)[view.lang],
        "path": service.path_of(atlas, target.kind, target.value),
        "how": one.how,
        "why": None if one.why is None else view.pgettext("follow", WHY[one.why]),
        "since": one.time.astimezone(SHANGHAI).date().isoformat(),
    }


def _new(
    view: View,
    atlas: Service,
    principal: Principal | None,
    kind: str,
    value: str,
    problem: AtlasError | None = None,
) -> Response:
    name = path = known = None
    follows: Follow | None = None
    try:
        known, form = service.checked(atlas, kind, value)
        name = service.name_of(atlas, known, form)[view.lang]
        path = service.path_of(atlas, known, form)
        follows = service.followed(atlas, principal, known, form)
    except AtlasError as error:
        problem = problem or error
    return view.render(
        "follow_new.html",
        200 if problem is None else problem.kind.status,
        headers=PRIVATE if view.session is not None else None,
        section=OWN,
        trail=[(_title(view, known), None)],
        title=_title(view, known),
        problem=problem,
        kind=kind,
        kind_name=None if known is None else view.pgettext("follow", TARGET_KINDS[known]),
        value=value,
        name=name,
        path=path,
        how="daily" if follows is None else follows.how,
        follows=follows is not None and follows.why is None,
        choices=_choices(view),
        signed_in=view.session is not None and principal is not None,
        new_path=NEW,
        own_path=OWN,
    )


def _title(view: View, kind: TargetKind | None) -> str:
    match kind:
        case "dataset":
            return view.gettext("Follow a dataset")
        case "organization":
            return view.gettext("Follow an organization")
        case "topic":
            return view.gettext("Follow a data domain")
        case "search":
            return view.gettext("Follow a search")
        case _:
            return view.gettext("Follow something")


def _choices(view: View) -> list[tuple[str, str]]:
    return [(name, view.pgettext("follow", label)) for name, label in HOW.items()]
