"""``/workbench/calendar``: what falls due when, as a page and for calendars that people have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.accounts.service import Person, Principal
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from catalog_service.workbench.errors import FOR_PEOPLE, UNKNOWN_FEED
from catalog_service.workbench.feeds import CalendarFeeds
from catalog_service.workbench.ical import calendar_file
from catalog_service.workbench.service import calendar
from ontology.errors import AtlasError
from translations import translator

router = APIRouter(include_in_schema=False)

SHOWN: Final = 60
"""Days ahead on the page."""
AHEAD: Final = 180
"""Days ahead in a feed."""
BEHIND: Final = 14
"""Days behind in both: what is over stays to be seen for a while."""


@router.get("/workbench/calendar")
def calendar_page(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """The days on which something falls due, and one's addresses for calendars."""
    return _page(View(request), atlas, worker)


@router.post("/workbench/calendar")
async def change_feeds(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Make an address for calendars, which is shown this once, or end one."""
    form = first_values(await receive_fields(request))

    def work() -> Response:
        worker = sender(request, form, bearer)
        if not isinstance(worker, Person):
            raise AtlasError(FOR_PEOPLE)
        view = View(request)
        feeds = CalendarFeeds(atlas.journal, atlas.clock)
        if form.get("end"):
            feeds.revoke(worker.id, form["end"])
            return _page(view, atlas, worker)
        secret = feeds.make(worker.id, view.lang)
        return _page(view, atlas, worker, made=f"{atlas.settings.public_url}/calendar/{secret}.ics")

    return await run_in_pool(thread_pools(request).writes, work)


@router.get("/calendar/{feed}.ics")
def calendar_feed(request: Request, atlas: Atlas, feed: str) -> Response:
    """A person's deadlines, for whoever has the address."""
    found = CalendarFeeds(atlas.journal, atlas.clock).opened(feed)
    account = atlas.accounts.people.get(found.person)
    if account.disabled is not None:
        raise AtlasError(UNKNOWN_FEED)
    person = atlas.accounts.principal(account)
    today = atlas.clock.today()
    texts = translator(found.lang)
    days = calendar(
        atlas,
        person,
        request.app.state.deadlines,
        today - timedelta(BEHIND),
        today + timedelta(AHEAD),
    )
    body = calendar_file(
        days,
        public_url=atlas.settings.public_url,
        name=texts.gettext("Shanghai Data Atlas: deadlines"),
        texts=texts,
        now=atlas.clock.now(),
    )
    headers: Mapping[str, str] = {**PRIVATE, "Content-Disposition": 'inline; filename="atlas.ics"'}
    return Response(body, media_type="text/calendar; charset=utf-8", headers=dict(headers))


def _page(view: View, atlas: Service, worker: Principal, made: str | None = None) -> Response:
    today = atlas.clock.today()
    days = calendar(
        atlas,
        worker,
        view.request.app.state.deadlines,
        today - timedelta(BEHIND),
        today + timedelta(SHOWN),
    )
    is_person = isinstance(worker, Person)
    feeds = CalendarFeeds(atlas.journal, atlas.clock)
    return render_desk(
        view,
        worker,
        "calendar.html",
        "/workbench/calendar",
        [(view.gettext("Calendar"), None)],
        days=days,
        label_of=lambda kind: view.gettext(kind.label),
        today=today,
        shown=SHOWN,
        made=made,
        is_person=is_person,
        feeds=feeds.of(worker.id) if is_person else [],
    )
