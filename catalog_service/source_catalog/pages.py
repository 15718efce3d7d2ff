"""``/source-catalog``: which department a data item comes from; one item with its history.

Everybody may read; what stewards change comes with a form that sends their token.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, require_somewhere
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.discovery.service import named_result
from catalog_service.entities.service import datasets_with_field, hits_of
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import client_network
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import see_other
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import (
    MAX_REASON,
    PRIVATE,
    reason_of,
    receive_form,
    sender_of,
)
from catalog_service.output_formats import GRAPH_FORMATS, HTML
from catalog_service.site.rendering import View
from catalog_service.source_catalog import service
from catalog_service.source_catalog.department_names import unknown_department
from catalog_service.source_catalog.editing import Edit, add_item, remove_item, set_item
from catalog_service.source_catalog.errors import ITEM_CHANGED, ITEM_EXISTS
from catalog_service.source_catalog.identity import MAX_NAME, MAX_TEXT, checked
from catalog_service.source_catalog.model import (
    TEXTS,
    ItemChange,
    SourceItem,
    StoredItem,
    Text,
    UnknownDepartment,
)
from catalog_service.source_catalog.rights import require_department, require_item
from catalog_service.sparql.model import Client
from harvesters.protocols import Precondition
from ontology.errors import AtlasError
from search.model import Query as SearchQuery
from search.model import Result

router = APIRouter(include_in_schema=False)

PATH: Final = "/source-catalog"
PER_PAGE: Final = 50
MOST_PAGES: Final = 100_000
DATASETS: Final = 20
"""Datasets that an item's page names; the data item's own page leads to all."""

CHANGES: Final = 100
"""The newest changes, which an item's page shows; the API has all."""

_GONE: Final = 410


@router.get("/source-catalog")
def source_catalog(
    request: Request,
    atlas: Atlas,
    q: Annotated[str, Query(max_length=200)] = "",
    department: Annotated[str, Query(max_length=MAX_NAME)] = "",
    page: Annotated[int, Query(ge=1, le=MOST_PAGES)] = 1,
) -> Response:
    """The data items, narrowed by words and department; RDF is at an address of its own."""
    form = choose(request.headers.get("accept"), (HTML, *GRAPH_FORMATS), strict=False)
    if form is not HTML:
        return see_other(f"{PATH}.{form.suffix}")
    view = View(request)
    wanted = service.Filter(q, department)
    total = service.count_items(atlas, wanted)
    pages = max(1, -(-total // PER_PAGE))
    page = min(page, pages)
    found = service.items(atlas, wanted, offset=(page - 1) * PER_PAGE, limit=PER_PAGE)
    own = [(n, v) for n, v in (("q", q.strip()), ("department", department.strip())) if v]

    def numbered(number: int) -> str | None:
        if not 1 <= number <= pages:
            return None
        return view.link(PATH, own, page=number if number > 1 else None)

    departments = [(one, _named(atlas, view, one)) for one in service.departments(atlas)]
    chosen = service.chosen_department(atlas, department)
    return view.render(
        "source_catalog.html",
        section="",
        trail=[(view.gettext("Source catalogue"), None)],
        items=found,
        total=total,
        text=q.strip(),
        departments=departments,
        forms=GRAPH_FORMATS,
        chosen=chosen,
        unknown=department.strip() if chosen not in {one.key for one, _ in departments} else "",
        pager={
            "previous": numbered(page - 1),
            "next": numbered(page + 1),
            "text": view.gettext("Page {page:,} of {pages:,}", page=page, pages=pages),
        }
        if pages > 1
        else None,
    )


@router.get("/source-catalog/new")
def new_item(request: Request) -> Response:
    """A form for a data item that is not there yet."""
    return _new_page(View(request), SourceItem("", ""))


@router.post("/source-catalog/new")
async def post_new_item(request: Request, atlas: Atlas) -> Response:
    """Add a data item, for a steward whose token the form sends."""
    form = await receive_form(request)

    def work() -> Response:
        draft = _claim_of(form)
        sender = sender_of(request, form)
        edit = Edit(require_department(atlas, sender, draft.department).actor, reason_of(form))
        outside = unknown_department(atlas.vocabulary, " ".join(draft.department.split()))
        if outside is not None and form.get("outside") != draft.department:
            # It would be a claim of its own: a mistyped name is told before it becomes one.
            checked(draft)
            return _new_page(View(request), draft, outside=outside, reason=edit.reason)
        try:
            done = add_item(atlas, draft, edit)
        except AtlasError as error:
            if error.kind is not ITEM_EXISTS:
                raise
            there = service.claim_of(atlas, draft.item, draft.department)
            return _new_page(View(request), draft, there, reason=edit.reason)
        return _see(request, done.item.id)

    return await run_in_pool(thread_pools(request).writes, work)


@router.get("/source-catalog/{item}")
def item_page(request: Request, atlas: Atlas, item: str) -> Response:
    """One data item: who answers for it, the datasets that have it, what changed."""
    return _item_page(request, atlas, decode_segment(item))


@router.post("/source-catalog/{item}")
async def edit_item(request: Request, atlas: Atlas, item: str) -> Response:
    """Write, remove, or tell who changed what, for a steward whose token the form sends."""
    form = await receive_form(request)
    item_id = decode_segment(item)

    def work() -> Response:
        sender = require_somewhere(sender_of(request, form), Action.SOURCE_CATALOG_EDIT)
        actor = require_item(atlas, sender, item_id).actor
        action = form.get("action", "show")
        if action == "show":
            return _item_page(request, atlas, item_id, steward=True)
        if action not in ("save", "remove"):
            expected = "show, save, remove"
            raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
        version = form.get("version", "")[:20]
        edit = Edit(actor, reason_of(form), Precondition.current(version))
        if action == "remove":
            remove_item(atlas, item_id, edit)
            return _see(request, item_id)
        draft = _claim_of(form)
        try:
            set_item(atlas, draft, edit, item_id=item_id)
        except AtlasError as error:
            if error.kind is not ITEM_CHANGED:
                raise
            # What was typed is not lost: it stands beside what another editor wrote.
            return _item_page(request, atlas, item_id, steward=True, draft=draft, late=error)
        return _see(request, item_id)

    return await run_in_pool(thread_pools(request).writes, work)


def _new_page(
    view: View,
    draft: SourceItem,
    there: StoredItem | None = None,
    outside: UnknownDepartment | None = None,
    reason: str = "",
) -> Response:
    """Render the form of a new data item, with what hinders it: one is there, or the name."""
    return view.render(
        "source_item_new.html",
        200 if there is None else ITEM_EXISTS.status,
        headers={} if there is None and outside is None else PRIVATE,
        section="",
        trail=_trail(view, view.gettext("Add a data item")),
        draft=draft,
        there=there,
        unknown=outside,
        reason=reason,
        **_limits(),
    )


def _item_page(
    request: Request,
    atlas: Service,
    item_id: str,
    *,
    steward: bool = False,
    draft: SourceItem | None = None,
    late: AtlasError | None = None,
) -> Response:
    view = View(request)
    changes = service.history(atlas, item_id)
    last = changes[-1]
    found = None if last.action == "removed" else service.item(atlas, item_id)
    claim = last.claim if found is None else found.claim
    having = datasets_with_field(atlas, claim.item, Client(client_network(request)))
    result = Result(len(having), hits_of(having[:DATASETS]), {}, 0, 0.0)
    asked = SearchQuery(limit=DATASETS, facets=False)
    values: dict[str, Any] = {
        "others": [] if found is None else _others(atlas, found),
        "datasets": named_result(atlas, asked, result, view.lang).hits,
        "total": result.total,
    }
    status = _GONE if found is None else 200
    if late is not None:
        status = late.kind.status
    return view.render(
        "source_item.html",
        status,
        headers=PRIVATE if steward else {},
        section="",
        trail=_trail(view, claim.item),
        item=found,
        item_id=item_id,
        claim=claim,
        department=_page_of(view, found) if found is not None else None,
        unknown=None
        if found is None
        else unknown_department(atlas.vocabulary, found.claim.department),
        changes=_told(changes)[:CHANGES],
        forms=GRAPH_FORMATS,
        steward=steward,
        draft=draft or claim,
        late=late is not None,
        rule=service.RULE,
        **values,
        **_limits(),
    )


def _others(atlas: Service, found: StoredItem) -> list[StoredItem]:
    return [one for one in service.claims_on(atlas, found.key) if one.id != found.id]


def _told(changes: list[ItemChange]) -> list[tuple[ItemChange, list[tuple[Text, str, str]]]]:
    """Return the changes, the newest first, each with the texts that it changed."""
    told = []
    before = SourceItem("", "")
    for change in changes:
        after = change.claim
        texts = [
            (name, before.text(name), after.text(name))
            for name in TEXTS
            if before.text(name) != after.text(name)
        ]
        told.append((change, texts if change.action == "updated" else []))
        before = after
    return told[::-1]


def _named(atlas: Service, view: View, one: service.Department) -> str:
    known = atlas.vocabulary.concept(one.key)
    return one.name if known is None else view.name(known)


def _page_of(view: View, found: StoredItem) -> str | None:
    return view.entity(found.department_key) if "://" in found.department_key else None


def _claim_of(form: Mapping[str, str]) -> SourceItem:
    return SourceItem(*(form.get(name, "") for name in TEXTS))


def _trail(view: View, name: str) -> list[tuple[str, str | None]]:
    return [(view.gettext("Source catalogue"), view.link(PATH)), (name, None)]


def _limits() -> dict[str, Any]:
    return {"most_reason": MAX_REASON, "most_name": MAX_NAME, "most_text": MAX_TEXT}


def _see(request: Request, item_id: str) -> Response:
    return RedirectResponse(View(request).link(f"{PATH}/{item_id}"), 303, PRIVATE)
