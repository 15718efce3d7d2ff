"""``/workbench/my-datasets`` and ``/workbench/late``: what one's organizations keep."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, sources_of
from catalog_service.dependencies import Atlas
from catalog_service.http.desk_forms import Worker
from catalog_service.http.token_forms import MAX_REASON
from catalog_service.site.desk import render_desk
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from catalog_service.sources.service import titles
from catalog_service.workbench.my_datasets import (
    STANDINGS,
    OwnFilter,
    Standing,
    count_own,
    own_records,
    published,
)
from catalog_service.workbench.recent import DAYS, recent_changes
from catalog_service.workbench.stale import late_by_frequency, late_page, scopes_of
from search.limits import MAX_WINDOW

router = APIRouter(include_in_schema=False)

PER_PAGE: Final = 25
LATE_PER_PAGE: Final = 100

Of = Literal["sources", "published"]


@router.get("/workbench/my-datasets")
def my_datasets(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    of: Annotated[Of | None, Query()] = None,
    standing: Annotated[Standing | Literal[""] | None, Query()] = None,
    source: Annotated[str | None, Query(max_length=100)] = None,
    rule: Annotated[str | None, Query(max_length=100)] = None,
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Datasets of one's organizations: those of their sources, or those that they publish."""
    view = View(request)
    wanted = OwnFilter(standing or None, source or None, rule or None, q.strip())
    sources = sources_of(atlas.journal, worker, Action.DATASET_READ_HELD)
    scope = next((one for one in scopes_of(atlas, worker) if one.facet == "publisher"), None)
    shown: Of = of or ("sources" if sources is None or sources else "published")
    given = {"of": of, "standing": standing, "source": source, "rule": rule, "q": q}
    own = [(name, value) for name, value in given.items() if value]
    path = "/workbench/my-datasets"
    if shown == "sources":
        part = part_of(view, path, count_own(atlas, sources, wanted), PER_PAGE, own)
        found = own_records(atlas, sources, wanted, part.offset, PER_PAGE)
    else:
        total = published(atlas, scope, wanted, 0, 0)[0] if scope is not None else 0
        part = part_of(view, path, total, PER_PAGE, own, most=MAX_WINDOW)
        found = (
            published(atlas, scope, wanted, part.offset, PER_PAGE)[1] if scope is not None else []
        )
    return render_desk(
        view,
        worker,
        "my_datasets.html",
        path,
        [(view.gettext("My datasets"), None)],
        shown=shown,
        part=part,
        datasets=found,
        wanted=wanted,
        standings=STANDINGS,
        sources=[
            (one.id, one.title)
            for one in atlas.journal.sources()
            if one.removed is None and (sources is None or one.id in sources)
        ],
        titles=titles(atlas.journal),
    )


@router.get("/workbench/late")
def late(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    of: Literal["", "publisher", "source"] = "",
    frequency: Annotated[str, Query(max_length=100)] = "",
) -> Response:
    """Public datasets later than they promise, the longest overdue first.

    ``of``: those that one's organizations publish, or those that come from one's sources, which
    overlap; ``frequency``: only those that promise it.
    """
    view = View(request)
    counts = {one: late_by_frequency(atlas, one) for one in scopes_of(atlas, worker)}
    # Unless it is said which: the first with any.
    asked = [one for one in counts if one.facet == of] or [one for one in counts if counts[one]]
    scope = next(iter([*asked, *counts]), None)
    own = [(name, value) for name, value in (("of", of), ("frequency", frequency)) if value]
    promised = counts[scope] if scope is not None else {}
    total = promised.get(frequency, 0) if frequency else sum(promised.values())
    path = "/workbench/late"
    part = part_of(view, path, total, LATE_PER_PAGE, own)
    found = (
        late_page(atlas, scope, frequency or None, part.offset, LATE_PER_PAGE)
        if scope is not None
        else []
    )
    today = atlas.clock.today()
    return render_desk(
        view,
        worker,
        "late.html",
        path,
        [(view.gettext("Later than promised"), None)],
        late=[(due, (today - due.day).days) for due in found],
        part=part,
        scopes=[(one.facet, sum(counts[one].values())) for one in counts],
        shown=None if scope is None else scope.facet,
        promised=[
            (concept.notation, view.name(concept), promised[concept.notation])
            for concept in atlas.vocabulary.concepts("frequency")
            if concept.notation in promised
        ],
        frequency=frequency,
        concepts=atlas.vocabulary,
        titles=titles(atlas.journal),
    )


@router.get("/workbench/changes")
def changes(
    request: Request,
    atlas: Atlas,
    worker: Worker,
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """What was changed lately in one's sources; a release may be taken back from here."""
    view = View(request)
    sources = sources_of(atlas.journal, worker, Action.DATASET_READ_HELD)
    found = recent_changes(atlas, sources, before=before, limit=PER_PAGE + 1)
    return render_desk(
        view,
        worker,
        "changes.html",
        "/workbench/changes",
        [(view.gettext("Recent changes"), None)],
        changes=found[:PER_PAGE],
        more=found[PER_PAGE - 1].seq if len(found) > PER_PAGE else None,
        later=before is not None,
        days=DAYS,
        may_decide=lambda source: worker.may_over(Action.HELD_DECIDE, source),
        titles=titles(atlas.journal),
        most_reason=MAX_REASON,
    )
