"""``/rules/{rule}/impact``: a changed rule, tried on the catalogue before it is proposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.accounts.service import Action, Principal, require_somewhere
from catalog_service.context import Service
from catalog_service.datasets.service import shown_titles
from catalog_service.dependencies import Atlas
from catalog_service.http.access import Bearer
from catalog_service.http.desk_forms import first_values, receive_fields, sender
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.thread_pools import run as run_in_pool
from catalog_service.http.thread_pools import thread_pools
from catalog_service.place_names import publisher_label, publisher_names
from catalog_service.rule_work.errors import (
    RULE_TOO_LONG,
    TRIAL_BROKE,
    TRIAL_BUSY,
    TRIAL_TOO_LONG,
)
from catalog_service.rule_work.impact import MOST_CHARACTERS, preview, worst_publishers
from catalog_service.rule_work.trial import SECONDS, Counted
from catalog_service.rules.service import rule_detail, short
from catalog_service.site.desk import render_desk
from catalog_service.site.rendering import View
from ontology.errors import AtlasError
from shapes import errors as shape_errors
from shapes.rule import Rule

router = APIRouter(include_in_schema=False)

_TOLD: Final = (
    RULE_TOO_LONG,
    TRIAL_BROKE,
    TRIAL_BUSY,
    TRIAL_TOO_LONG,
    shape_errors.UNREADABLE_RULES,
    shape_errors.NO_RULES,
    shape_errors.INVALID_RULE,
    shape_errors.DUPLICATE_RULE,
    shape_errors.INVALID_PARAMETERS,
    shape_errors.UNCHECKABLE_RECORD,
)
"""What is told beside the form, with what was typed."""


@router.get("/rules/{rule_id}/impact")
def impact_form(request: Request, atlas: Atlas, bearer: Bearer, rule_id: str) -> Response:
    """The rule as it is, to be changed and tried."""
    worker = require_somewhere(bearer, Action.RULE_PREVIEW)
    rule = atlas.rules.get(decode_segment(rule_id))
    return _page(View(request), atlas, worker, rule, _short(rule_detail(rule).turtle))


@router.post("/rules/{rule_id}/impact")
async def try_impact(request: Request, atlas: Atlas, bearer: Bearer, rule_id: str) -> Response:
    """How many records would newly offend, and how many no longer, by publisher."""
    fields = await receive_fields(request)

    def work() -> Response:
        form: Mapping[str, str] = first_values(fields)
        worker = require_somewhere(sender(request, form, bearer), Action.RULE_PREVIEW)
        rule = atlas.rules.get(decode_segment(rule_id))
        turtle = form.get("turtle", "").replace("\r\n", "\n")
        view = View(request)
        try:
            found = preview(atlas, worker, turtle)
        except AtlasError as error:
            if error.kind not in _TOLD:
                raise
            return _page(view, atlas, worker, rule, turtle, problem=error)
        return _page(view, atlas, worker, rule, turtle, found=found)

    return await run_in_pool(thread_pools(request).checks, work)


def _short(turtle: str) -> str:
    """Return Turtle without the prefixes that it does not use."""
    lines = turtle.split("\n")
    used = "\n".join(line for line in lines if not line.startswith("@prefix"))
    return "\n".join(
        line for line in lines if not line.startswith("@prefix") or f"{line.split()[1]}" in used
    )


def _page(
    view: View,
    atlas: Service,
    worker: Principal,
    rule: Rule,
    turtle: str,
    *,
    found: Counted | None = None,
    problem: AtlasError | None = None,
) -> Response:
    publishers = [] if found is None else worst_publishers(found)
    names = publisher_names(atlas, [one.publisher for one in publishers if one.publisher])
    examples = {} if found is None else {k: v for k, v in found.examples.items() if v}

    def name_of(iri: str) -> str:
        concept = atlas.vocabulary.concept(iri)
        if concept is not None:
            return view.name(concept)
        # Many cities have an office of the same name: the place tells them apart.
        return view.pick(publisher_label(atlas, iri, names.get(iri, iri)))

    named = [(one["source"], one["remote_id"]) for listed in examples.values() for one in listed]
    return render_desk(
        view,
        worker,
        "rule_impact.html",
        f"/rules/{rule.id}/impact",
        [
            (rule.id, view.link(f"/rules/{rule.id}")),
            (view.gettext("What a change would do"), None),
        ],
        200 if problem is None else problem.kind.status,
        rule=rule,
        turtle=turtle,
        most=MOST_CHARACTERS,
        seconds=round(SECONDS),
        found=found,
        problem=problem,
        publishers=publishers,
        name_of=name_of,
        examples=examples,
        short=short,
        titles=shown_titles(atlas, named, worker),
    )
