"""``/audit``: who did what, for auditors."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, require_somewhere
from catalog_service.actor_names import names_of
from catalog_service.audit import names
from catalog_service.audit.events import EVENTS
from catalog_service.audit.service import StoredEntry, Wanted
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.access import Bearer
from catalog_service.http.times import parse_start
from catalog_service.http.token_forms import PRIVATE
from catalog_service.links import organization_path
from catalog_service.site.rendering import View
from catalog_service.sources.service import titles
from ontology.errors import AtlasError

router = APIRouter(include_in_schema=False)

PAGE: Final = 50
"""Entries of a page."""
Text = Annotated[str, Query(max_length=2_000)]


@router.get("/audit")
def audit_page(
    *,
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    actor: Text = "",
    action: Text = "",
    subject: Text = "",
    organization: Text = "",
    day: Annotated[str, Query(max_length=10)] = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """The entries that fit, the newest first; of the organizations of the reader."""
    reader = require_somewhere(bearer, Action.AUDIT_READ)
    given = {
        name: value.strip()
        for name, value in (
            ("actor", actor),
            ("action", action),
            ("subject", subject),
            ("organization", organization),
            ("day", day),
        )
    }
    if given["action"] and given["action"] not in EVENTS:
        expected = ", ".join(EVENTS)
        raise AtlasError(PARAMETER_INVALID, name="action", value=action[:80], expected=expected)
    start = parse_start(given["day"]) if given["day"] else None
    wanted = Wanted(
        names.actors_named(atlas, given["actor"]) if given["actor"] else None,
        given["action"] or None,
        names.subjects_named(atlas, given["subject"]) if given["subject"] else None,
        names.organizations_named(atlas, given["organization"]) if given["organization"] else None,
        start,
        None if start is None else start + timedelta(days=1),
        reader.organizations(Action.AUDIT_READ),
    )
    found = atlas.audit.entries(wanted, before=before, limit=PAGE + 1)
    shown = found[:PAGE]
    view = View(request)
    actors = names_of(atlas, (one.actor for one in shown))
    about = (one for entry in shown for one in (entry.subject, entry.organization))
    subjects = names.subject_names(atlas, about, reader)
    organizations = [
        view.pick({"zh": concept.zh, "en": concept.en})
        for concept in atlas.vocabulary.concepts("organization")
    ]
    chosen = [(name, value) for name, value in given.items() if value]
    return view.render(
        "audit.html",
        headers=PRIVATE,
        section="/audit",
        trail=[(view.gettext("Audit"), None)],
        entries=shown,
        names=actors,
        subject_name=lambda iri: view.pick(subjects[iri]) if iri in subjects else iri,
        persons=sorted({name for actor, name in actors.items() if name != actor}),
        organizations=organizations,
        things=[*sorted(titles(atlas.journal).values()), *organizations],
        given=given,
        chosen=chosen,
        is_first=before is None,
        older=shown[-1].number if len(found) > PAGE else None,
        actions=sorted(EVENTS, key=lambda name: view.pgettext("audit", EVENTS[name])),
        called=lambda name: view.pgettext("audit", EVENTS[name]) if name in EVENTS else name,
        details_of=_details,
        time_of=lambda one: one.time.astimezone(SHANGHAI),
        subject_path=lambda one: _path(atlas, one.subject),
        only_with=lambda **more: [*((n, v) for n, v in chosen if n not in more), *more.items()],
    )


def _details(entry: StoredEntry) -> list[tuple[str, str]]:
    """Return the details as names and texts, lists and objects as JSON."""
    found: dict[str, object] = orjson.loads(entry.details)
    return [
        (name, value if isinstance(value, str) else orjson.dumps(value).decode())
        for name, value in found.items()
        if value is not None
    ]


def _path(atlas: Service, subject: str | None) -> str | None:
    """Return the page of what an entry is about, where it has one."""
    if subject is None:
        return None
    base = atlas.settings.base_iri
    kind, _, name = subject.partition(":")
    if kind == "source":
        return f"/sources/{name}"
    if atlas.accounts.hierarchy.is_known(subject):
        return organization_path(base, subject)
    return subject.removeprefix(base) if subject.startswith(f"{base}/id/") else None
