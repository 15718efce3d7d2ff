"""``/workbench/sources``: adding a source step by step, testing, scheduling, pausing, removing it.

Inner addresses that a source may be visited at (``--allow``), types that read this machine, and
notices stay with the command line: what they open is the operator's to decide.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import (
    Action,
    Principal,
    owner_named,
    owner_of,
    require,
    require_over,
    require_somewhere,
    set_owner,
    sources_of,
)
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import Worker, first_values, receive_fields, sender
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import MAX_REASON, PRIVATE, reason_of
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from catalog_service.sources import registry
from catalog_service.sources.attention import attention_order
from catalog_service.sources.connection.source_credentials import (
    KINDS,
    forget_credentials,
    put_credentials,
)
from catalog_service.sources.harvests.connecting import BY_HAND, NONE, connect, is_visited
from catalog_service.sources.harvests.model import COUNTERS, HarvestResult
from catalog_service.sources.harvests.service import ask
from catalog_service.sources.harvests.store import HarvestStore
from catalog_service.sources.labels import label
from catalog_service.sources.report_forms import time_of
from catalog_service.sources.source_answers import source_answer, source_answers
from catalog_service.sources.source_removal import remove_source
from catalog_service.sources.trial import TRIAL_SECONDS, try_visit
from harvesters.platforms.registry import PLATFORM_TYPES
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

HERE: Final = "/workbench/sources"
TYPES: Final = (*(n for n, t in PLATFORM_TYPES.items() if not t.is_local and n != "push"), "push")
"""Types that are offered: none that reads this machine."""
_MOST: Final = {"id": 60, "title": 200, "url": 2_000, "organization": 500, "schedule": 100}


@dataclass(frozen=True, slots=True)
class Trial:
    """A test visit as the page shows it."""

    result: HarvestResult
    cut: bool


@router.get(HERE)
def sources_list(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """The sources that one manages, those that need a look first."""
    require_somewhere(worker, Action.SOURCE_MANAGE)
    view = View(request)
    own = sources_of(atlas.journal, worker, Action.SOURCE_MANAGE)
    found = [one for one in source_answers(atlas, worker) if own is None or one.id in own]
    found.sort(key=lambda one: attention_order(one.freshness.step, one.title, one.id))
    return render_desk(
        view,
        worker,
        "desk_sources.html",
        HERE,
        [(view.gettext("Manage sources"), None)],
        sources=[(one, view.source_type(one.type)) for one in found],
        time_of=time_of,
    )


@router.get(f"{HERE}/new")
def new_source(request: Request, atlas: Atlas, worker: Worker) -> Response:
    """The first step: what it is, and where."""
    require_somewhere(worker, Action.SOURCE_MANAGE)
    return _new(View(request), atlas, worker, {}, None)


@router.post(f"{HERE}/new")
async def add_source(request: Request, atlas: Atlas, bearer: Bearer) -> Response:
    """Add a source, which is visited when told to: no schedule is set before it was tested."""
    form = first_values(await receive_fields(request))

    def work() -> Response:
        worker = sender(request, form, bearer)
        view = View(request)
        given = {name: form.get(name, "").strip() for name in ("id", "title", "url", "type")}
        try:
            name = _added(atlas, worker, given, form.get("organization", "").strip())
        except AtlasError as error:
            return _new(view, atlas, worker, form, error)
        return RedirectResponse(view.link(f"{HERE}/{name}"), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _added(atlas: Service, worker: Principal, given: Mapping[str, str], organization: str) -> str:
    owner = owner_named(atlas.vocabulary, organization or None)
    require(worker, Action.SOURCE_MANAGE, owner)
    name, kind = given["id"], given["type"]
    for field in ("title", "url"):
        if len(given[field]) > _MOST[field] or not given[field].isprintable():
            raise _invalid(field, given[field], f"≤ {_MOST[field]}")
    if kind not in TYPES:
        raise _invalid("type", kind, ", ".join(TYPES))
    registry.check_new(atlas.journal, name)
    title, url = given["title"] or name, given["url"] or None
    if kind in BY_HAND and not url:
        registry.put_source(atlas.journal, name, kind=kind, title=title)
    else:
        connect(atlas, name, kind=kind, title=title, url=url or "", given={})
    if owner is not None:
        set_owner(atlas.journal, atlas.vocabulary, name, owner)
    return name


@router.get(f"{HERE}/{{source}}")
def manage_source(request: Request, atlas: Atlas, worker: Worker, source: str) -> Response:
    """One source: credentials, a test visit, its schedule, pausing and removing it."""
    name = decode_segment(source)
    require_over(worker, Action.SOURCE_MANAGE, name)
    return _manage(View(request), atlas, worker, name)


@router.post(f"{HERE}/{{source}}")
async def change_source(request: Request, atlas: Atlas, bearer: Bearer, source: str) -> Response:
    """Take the next step."""
    form = first_values(await receive_fields(request))
    name = decode_segment(source)

    def work() -> Response:
        worker = require_over(sender(request, form, bearer), Action.SOURCE_MANAGE, name)
        view = View(request)
        registry.known_source(atlas.journal, name)
        action = form.get("action", "")
        try:
            if action == "test":
                trial = Trial(*try_visit(atlas, name, actor=worker.actor))
                return _manage(view, atlas, worker, name, trial=trial)
            _step(atlas, worker, name, action, form)
        except AtlasError as error:
            return _manage(view, atlas, worker, name, error=error, typed=form)
        return RedirectResponse(view.link(f"{HERE}/{name}", done=action), 303, PRIVATE)

    return await run_in_pool(thread_pools(request).writes, work)


def _step(
    atlas: Service, worker: Principal, name: str, action: str, form: Mapping[str, str]
) -> None:
    if action == "credentials":
        kind = form.get("kind", "")
        if kind not in KINDS:
            raise _invalid("kind", kind, ", ".join(KINDS))
        fields = ("name", "user", "token_url", "client_id", "scope", "secret")
        put_credentials(atlas, name, kind, {f: form[f] for f in fields if form.get(f)})
    elif action == "forget":
        forget_credentials(atlas, name)
    elif action == "schedule":
        line = form.get("schedule", "").strip()[: _MOST["schedule"]]
        connect(atlas, name, given={"schedule": line or NONE})
    elif action in ("pause", "resume"):
        paused = action == "pause"
        if is_visited(atlas, name):
            connect(atlas, name, paused=paused, given={})
        else:
            registry.put_source(atlas.journal, name, paused=paused)
    elif action == "visit":
        ask(atlas, name)
    elif action == "remove":
        withdraw = form.get("withdraw") == "yes"
        remove_source(atlas, name, withdraw=withdraw, actor=worker.actor, reason=reason_of(form))
    else:
        expected = "credentials, forget, test, schedule, pause, resume, visit, remove"
        raise _invalid("action", action, expected)


def _new(
    view: View,
    atlas: Service,
    worker: Principal,
    typed: Mapping[str, str],
    error: AtlasError | None,
) -> Response:
    own = worker.organizations(Action.SOURCE_MANAGE)
    return render_desk(
        view,
        worker,
        "desk_source_new.html",
        HERE,
        [
            (view.gettext("Manage sources"), view.link(HERE)),
            (view.gettext("Add a source"), None),
        ],
        200 if error is None else error.kind.status,
        types=[(kind, view.source_type(kind)) for kind in TYPES],
        organizations=[
            (one.iri, view.name(one))
            for one in atlas.vocabulary.offered("organization")
            if own is None or one.iri in own
        ],
        whole_city=own is None,
        typed=typed,
        error=error,
        most=_MOST,
    )


def _manage(
    view: View,
    atlas: Service,
    worker: Principal,
    name: str,
    *,
    trial: Trial | None = None,
    error: AtlasError | None = None,
    typed: Mapping[str, str] | None = None,
) -> Response:
    found = source_answer(atlas, name, worker)
    visited = next(
        (o for o in HarvestStore(atlas.journal, atlas.clock).sources() if o.source == name), None
    )
    owner = owner_of(atlas.journal, name)
    concept = None if owner is None else atlas.vocabulary.concept(owner)
    values: dict[str, Any] = {
        "owner": owner if concept is None else view.name(concept),
        "has_credentials": visited is not None and visited.has_credentials,
        "visited": visited is not None,
    }
    return render_desk(
        view,
        worker,
        "desk_source.html",
        HERE,
        [(view.gettext("Manage sources"), view.link(HERE)), (found.title, None)],
        200 if error is None else error.kind.status,
        source=found,
        type_name=view.source_type(found.type),
        trial=trial,
        counters=[(n, trial.result.counters[n]) for n in COUNTERS if trial.result.counters[n]]
        if trial is not None
        else [],
        trial_seconds=int(TRIAL_SECONDS),
        error=error,
        typed=typed or {},
        done=view.request.query_params.get("done", ""),
        kinds=tuple(KINDS),
        most=_MOST,
        most_reason=MAX_REASON,
        time_of=time_of,
        called=lambda text: label(text, view.lang).capitalize(),
        **values,
    )


def _invalid(name: str, value: str, expected: str) -> AtlasError:
    return AtlasError(PARAMETER_INVALID, name=name, value=value[:80], expected=expected)
