"""``/rules`` and ``/rule/{id}``: the register for people, and a rule's IRI."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import graph_response, see_other
from catalog_service.output_formats import GRAPH_FORMATS, HTML, JSON, TURTLE, split_suffix
from catalog_service.rule_work.service import pass_course
from catalog_service.rules.service import offenders, pass_rates, rule_detail, rule_triples
from catalog_service.site.paging import part_of
from catalog_service.site.rendering import View
from shapes.rule import Rule

router = APIRouter()

LEVELS: Final = "RVD"
"""How rules' ids begin: those of laws and plans, then those of good values, then those of form."""

OFFENDERS: Final = 20
"""Datasets of one page in which a rule finds something."""
MAX_OFFENDERS: Final = 2_000
"""Those that can be paged through."""


@router.get("/rules", include_in_schema=False)
def rules(request: Request, atlas: Atlas) -> Response:
    """The register of rules."""
    view = View(request)
    found = sorted(atlas.rules, key=_order)
    return view.render(
        "rules.html",
        section="/rules",
        trail=[(view.gettext("Register of rules"), None)],
        rules=[
            {
                "id": rule.id,
                "label": {"zh": rule.label.zh, "en": rule.label.en},
                "message": {"zh": rule.message.zh, "en": rule.message.en},
                "source": {"zh": rule.source.zh, "en": rule.source.en},
                "severity": rule.severity,
                "status": rule.status,
                "in_force": rule.in_force,
            }
            for rule in found
        ],
        checked=sum(rule.status == "checked" for rule in found),
        rates=pass_rates(atlas),
    )


def _order(rule: Rule) -> tuple[int, str]:
    return LEVELS.find(rule.id[0]), rule.id


@router.get("/rules/{rule_id}", include_in_schema=False)
def rule_page(request: Request, atlas: Atlas, rule_id: str) -> Response:
    """One rule: message, article, days in force, thresholds, shape."""
    found = rule_detail(atlas.rules.get(decode_segment(rule_id)))
    form = choose(request.headers.get("accept"), (HTML, JSON, TURTLE), strict=False)
    if form is JSON:
        return see_other(f"/api/v1/rules/{rule_id}")
    if form is TURTLE:
        headers = {"Vary": "Accept"}
        return Response(found.turtle, headers=headers, media_type="text/turtle; charset=utf-8")
    view = View(request)
    rate = pass_rates(atlas).get(found.id)
    total = rate.found if rate is not None else 0
    part = part_of(view, f"/rules/{rule_id}", total, OFFENDERS, most=MAX_OFFENDERS)
    return view.render(
        "rule.html",
        section="/rules",
        trail=[(view.gettext("Register of rules"), view.link("/rules")), (found.id, None)],
        rule=found,
        label=found.label.model_dump(),
        rate=rate,
        part=part,
        may_preview=view.works_here,
        course=pass_course(atlas, found.id)
        if found.status == "checked" and not found.judged_by
        else None,
        offenders=offenders(atlas, found.id, part.offset, OFFENDERS) if total else [],
    )


@router.get("/rule/{rule_id}", summary="A rule's IRI", tags=["linked data"])
def rule(request: Request, atlas: Atlas, rule_id: str) -> Response:
    """See other for browsers, else the rule and the SHACL shapes of it that are in force."""
    name, fixed = split_suffix(decode_segment(rule_id))
    found = atlas.rules.get(name)
    form = fixed or choose(request.headers.get("accept"), (HTML, *GRAPH_FORMATS), strict=False)
    if form is HTML:
        return see_other(f"/rules/{quote(found.id, safe='')}")
    return graph_response(request, rule_triples(atlas.rules, found, atlas.clock.today()), form)
