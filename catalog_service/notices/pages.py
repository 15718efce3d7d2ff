"""``/notices``: what one was told, how one wants it by mail, and ending mails by a link."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Principal
from catalog_service.clock import SHANGHAI
from catalog_service.dependencies import Atlas
from catalog_service.errors import NOT_AUTHENTICATED, PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, receive_form
from catalog_service.notices.errors import PEOPLE_ONLY, UNKNOWN_KIND
from catalog_service.notices.kinds import ALL, KINDS, MAILS
from catalog_service.notices.person_mail import told_in
from catalog_service.notices.persons import PERSON, PersonalNotices, StoredNotice
from catalog_service.site.rendering import View
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

PAGE: Final = 30
"""Notices of a page."""
_PREFERENCES: Final = "/notices/preferences"
Text = Annotated[str, Query(max_length=200)]


@router.get("/notices")
def notices_page(
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """What the person was told, the newest first."""
    person, view = _person(bearer), View(request)
    personal = PersonalNotices(atlas.journal)
    found = personal.of(person, limit=PAGE + 1, offset=PAGE * (page - 1))
    return view.render(
        "notices.html",
        headers=PRIVATE,
        section="/notices",
        trail=[(view.gettext("Notices"), None)],
        notices=[(one, told_in(view.lang, "", _stored(one))) for one in found[:PAGE]],
        unread=personal.unread(person),
        number=page,
        more=len(found) > PAGE,
        time_of=lambda moment: moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
    )


@router.post("/notices")
async def mark_read(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Note that one notice was read, or all."""
    person = _person(bearer)
    form = await receive_form(request)

    def work() -> None:
        PersonalNotices(atlas.journal).mark_read(person, form.get("notice") or None)

    await run_in_pool(thread_pools(request).writes, work)
    return RedirectResponse(View(request).link("/notices"), 303, PRIVATE)


@router.get(_PREFERENCES)
def preferences_page(
    request: Request, atlas: Atlas, bearer: Bearer, saved: bool = False
) -> Response:
    """How the person gets mail of each kind."""
    person, view = _person(bearer), View(request)
    return view.render(
        "notice_preferences.html",
        headers=PRIVATE,
        section="/notices",
        trail=[
            (view.gettext("Notices"), view.link("/notices")),
            (view.gettext("Mail of notices"), None),
        ],
        chosen=PersonalNotices(atlas.journal).preferences(person),
        label_of=lambda kind: view.pgettext("notice", KINDS[kind].label),
        mails=[(mail, view.pgettext("notice", text)) for mail, text in MAILS.items()],
        saved=saved,
    )


@router.post(_PREFERENCES)
async def save_preferences(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Store how the person wants mail."""
    person = _person(bearer)
    form = await receive_form(request)
    chosen = {kind: form[kind] for kind in KINDS if kind in form}
    if not chosen:
        raise AtlasError(PARAMETER_INVALID, name="fields", value="", expected=", ".join(KINDS))
    await run_in_pool(
        thread_pools(request).writes, lambda: PersonalNotices(atlas.journal).prefer(person, chosen)
    )
    return RedirectResponse(View(request).link(_PREFERENCES, saved="true"), 303, PRIVATE)


@router.get("/notices/unsubscribe")
def unsubscribe_page(
    request: Request, person: Text = "", kind: Text = "", token: Text = ""
) -> Response:
    """Ask once more: programs that look at mails follow links, and must end nothing by it."""
    given = {"person": person, "kind": kind, "token": token}
    return _unsubscribed(View(request), kind, given)


@router.post("/notices/unsubscribe")
async def unsubscribe(
    request: Request, atlas: Atlas, person: Text = "", kind: Text = "", token: Text = ""
) -> Response:
    """End mails by the link of one, without signing in (RFC 8058: one click)."""
    await receive_form(request)

    def work() -> None:
        PersonalNotices(atlas.journal).unsubscribe(person, kind, token)

    await run_in_pool(thread_pools(request).writes, work)
    return _unsubscribed(View(request), kind, None)


def _unsubscribed(view: View, kind: str, given: dict[str, str] | None) -> Response:
    if kind != ALL and (kind not in KINDS or KINDS[kind].must):
        raise AtlasError(UNKNOWN_KIND, notice=kind[:80], mail="never")
    return view.render(
        "unsubscribe.html",
        headers=PRIVATE,
        section="/notices",
        trail=[(view.gettext("No more mails"), None)],
        what=None if kind == ALL else view.pgettext("notice", KINDS[kind].label),
        address=None if given is None else view.link("/notices/unsubscribe", [*given.items()]),
    )


def _person(bearer: Principal | None) -> str:
    """Return the identifier of who is signed in.

    Raises ``not-authenticated``, and ``people-only`` for a token, which is told nothing.
    """
    if bearer is None:
        raise AtlasError(NOT_AUTHENTICATED)
    if not bearer.actor.startswith(PERSON):
        raise AtlasError(PEOPLE_ONLY)
    return bearer.id


def _stored(notice: StoredNotice) -> dict[str, object]:
    return {"notice": notice.kind, "data": notice.data, "path": notice.path}
