"""What forms about proposals send: release, refuse or undo one, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from fastapi import Request
from starlette.responses import RedirectResponse, Response

from catalog_service.accounts.service import Action, Principal, require_somewhere
from catalog_service.context import Service
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.desk_forms import first_values, receive_fields, sender
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.http.token_forms import PRIVATE, reason_of
from catalog_service.site.rendering import View
from ontology.errors import AtlasError, Phrase

STEP: Final = "step"

Steps: TypeAlias = Mapping[str, Callable[[Service, Principal, int, str], object]]
"""What may be done to a proposal, by the value of the field ``step``."""


async def take_step(
    request: Request,
    atlas: Service,
    bearer: Principal | None,
    number: int,
    *,
    action: Action,
    steps: Steps,
    page: str,
    lacks_reason: Callable[[View, Principal], Response],
) -> Response:
    """Do what a form asks of one proposal, and lead to its page.

    Whoever sends it needs ``action`` somewhere. ``lacks_reason`` answers where none was given.
    """
    fields = await receive_fields(request)

    def work() -> Response:
        form = first_values(fields)
        worker = sender(request, form, bearer)
        require_somewhere(worker, action)
        view = View(request)
        do = step_of(form, steps)
        if not form.get("reason", "").strip():
            return lacks_reason(view, worker)
        do(atlas, worker, number, reason_of(form))
        return moved(view, page)

    return await run_in_pool(thread_pools(request).writes, work)


def step_of(
    form: Mapping[str, str], steps: Steps
) -> Callable[[Service, Principal, int, str], object]:
    """Return what a form's ``step`` does; raises ``parameter-invalid``."""
    step = form.get(STEP, "")
    if step not in steps:
        raise invalid(STEP, step, ", ".join(steps))
    return steps[step]


def moved(view: View, path: str) -> Response:
    """Return the answer that leads to a page after a form was taken."""
    return RedirectResponse(view.link(path), 303, PRIVATE)


def invalid(name: str, value: str, expected: str | Phrase) -> AtlasError:
    """Return what is wrong with a field of a form."""
    return AtlasError(PARAMETER_INVALID, name=name, value=value[:80], expected=expected)
