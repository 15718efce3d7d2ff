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

_PLACES: Final[Sequence[tuple[str, str, Action]]] = (
    ("/workbench", N_("What waits for me"), Action.WORKBENCH_READ),
    ("/workbench/my-datasets", N_("My datasets"), Action.DATASET_READ_HELD),
    ("/workbench/datasets", N_("Datasets at work"), Action.DATASET_READ_HELD),
    ("/workbench/held", N_("Held versions"), Action.DATASET_READ_HELD),
    ("/rules/exceptions", N_("Exceptions"), Action.DATASET_READ_HELD),
    ("/workbench/late", N_("Later than promised"), Action.DATASET_READ_HELD),
    ("/workbench/changes", N_("Recent changes"), Action.DATASET_READ_HELD),
    ("/workbench/vocabulary", N_("Unknown values"), Action.VALUE_MAP),
    ("/workbench/calendar", N_("Calendar"), Action.WORKBENCH_READ),
    ("/workbench/organizations", N_("Settings of organizations"), Action.WORKBENCH_READ),
    ("/workbench/sources", N_("Manage sources"), Action.SOURCE_MANAGE),
    ("/workbench/system", N_("System"), Action.SETTINGS_READ),
    ("/workbench/keys", N_("Keys"), Action.WORKBENCH_READ),
)
"""Addresses, names, and what must be allowed somewhere for a place to be offered."""


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
        desk=[
            *(
                (path, view.gettext(name))
                for path, name, action in _PLACES
                if offered(worker, action)
            ),
            *_elsewhere(view, worker),
        ],
        **values,
    )


def _elsewhere(view: View, worker: Principal) -> Iterator[tuple[str, str]]:
    """Yield the places of other rooms: one's notices, and the audit for whoever may read it."""
    if isinstance(worker, Person):
        unread = PersonalNotices(service(view.request).journal).unread(worker.id)
        named = view.gettext("Notices ({count})", count=unread)
        yield "/notices", named if unread else view.gettext("Notices")
    if offered(worker, Action.AUDIT_READ):
        yield "/audit", view.gettext("Audit")


def offered(worker: Principal, action: Action) -> bool:
    """Tell whether somebody may do something somewhere."""
    if not isinstance(worker, Person):
        return worker.may(action, None)
    return worker.may(action, None) or worker.organizations(action) != frozenset()
