"""What the pages of the workbench share: their frame, and the ways between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from starlette.responses import Response

from catalog_service.accounts.service import Action, Person, Principal
from catalog_service.dependencies import service
from catalog_service.http.token_forms import PRIVATE
from catalog_service.notices import PersonalNotices
from catalog_service.site.rendering import View
from translations import N_

_NOTICES: Final = "/notices"

_Place = tuple[str, str, Action]
"""An address, its name, and what must be allowed somewhere for it to be offered."""

_PLACES: Final[Sequence[tuple[str, Sequence[_Place]]]] = (
    (
        N_("My work"),
        (
            ("/workbench", N_("What waits for me"), Action.WORKBENCH_READ),
            ("/workbench/my-datasets", N_("My datasets"), Action.DATASET_READ_HELD),
            ("/workbench/datasets", N_("Datasets at work"), Action.DATASET_READ_HELD),
            ("/workbench/held", N_("Held versions"), Action.DATASET_READ_HELD),
            ("/workbench/cases", N_("Demands and objections"), Action.CASE_HANDLE),
            ("/workbench/results", N_("Excellent results"), Action.CASE_SORT),
            ("/workbench/open-lists", N_("Open lists"), Action.DATASET_READ_HELD),
            ("/workbench/classification", N_("Classes and reviews"), Action.DATASET_CLASSIFY),
            ("/workbench/samples", N_("Sample sets"), Action.DATASET_READ_HELD),
            ("/workbench/late", N_("Later than promised"), Action.DATASET_READ_HELD),
            ("/workbench/changes", N_("Recent changes"), Action.DATASET_READ_HELD),
            ("/workbench/calendar", N_("Calendar"), Action.WORKBENCH_READ),
            (_NOTICES, N_("Notices"), Action.WORKBENCH_READ),
            ("/workbench/keys", N_("Keys"), Action.WORKBENCH_READ),
        ),
    ),
    (
        N_("Rules and words"),
        (
            ("/rules/exceptions", N_("Exceptions"), Action.DATASET_READ_HELD),
            ("/workbench/badges", N_("High-quality criteria"), Action.BADGE_SET),
            ("/workbench/vocabulary", N_("Unknown values"), Action.VALUE_MAP),
            ("/workbench/thesaurus", N_("Thesaurus"), Action.VOCABULARY_PROPOSE),
        ),
    ),
    (
        N_("Administration"),
        (
            ("/workbench/organizations", N_("Settings of organizations"), Action.WORKBENCH_READ),
            ("/workbench/sources", N_("Manage sources"), Action.SOURCE_MANAGE),
            ("/workbench/system", N_("System"), Action.SETTINGS_READ),
            ("/audit", N_("Audit"), Action.AUDIT_READ),
        ),
    ),
)
"""The places of the workbench and of the rooms beside it, by what they are for."""


def render_desk(
    view: View,
    worker: Principal,
    template: str,
    here: str,
    trail: Sequence[tuple[str, str | None]],
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **values: Any,
) -> Response:
    """Answer with a page of the workbench, which nobody keeps; ``trail`` leads on from there."""
    return view.render(
        template,
        status,
        headers={**PRIVATE, **(headers or {})},
        section="/workbench",
        trail=[(view.gettext("Workbench"), view.link("/workbench") if trail else None), *trail],
        here=here,
        desk=list(_groups(view, worker)),
        **values,
    )


def _groups(view: View, worker: Principal) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Yield the places that somebody may go to, by what they are for."""
    for group, places in _PLACES:
        names = {
            path: view.gettext(name) for path, name, action in places if offered(worker, action)
        }
        if _NOTICES in names:
            if not isinstance(worker, Person):
                # A program has none.
                del names[_NOTICES]
            elif unread := PersonalNotices(service(view.request).journal).unread(worker.id):
                names[_NOTICES] = view.gettext("Notices ({count})", count=unread)
        if names:
            yield view.gettext(group), list(names.items())


def offered(worker: Principal, action: Action) -> bool:
    """Tell whether somebody may do something somewhere."""
    if not isinstance(worker, Person):
        return worker.may(action, None)
    return worker.may(action, None) or worker.organizations(action) != frozenset()
