"""``/api/v1/rules`` and ``/api/v1/validate``: the register, and the validation of records."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from catalog_service.accounts.service import Action, require_over
from catalog_service.catalog.reading import SourceReader, body_format
from catalog_service.dependencies import Atlas
from catalog_service.errors import BODY_EMPTY
from catalog_service.http.access import Bearer
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.language import choose_language
from catalog_service.http.request_bodies import Body, receive_whole
from catalog_service.http.thread_pools import run, thread_pools
from catalog_service.rule_work.service import all_excepted
from catalog_service.rules.service import RuleAnswer, RuleDetail, rule_answer, rule_detail
from catalog_service.rules.validation import (
    CHECK_SOURCE,
    WITHOUT_TOKEN,
    Allowance,
    ReportAnswer,
    check,
)
from catalog_service.rules.validation_slots import ValidationSlots
from ontology.errors import AtlasError
from ontology.limits import MIB
from shapes.engines import EngineName

router = APIRouter(prefix="/api/v1", tags=["rules"])


class RulesAnswer(BaseModel):
    """The register."""

    rules: list[RuleAnswer]


@router.get("/rules", summary="All rules")
def list_rules(atlas: Atlas) -> RulesAnswer:
    """The register of rules: level, severity, message, article, days in force."""
    return RulesAnswer(rules=[rule_answer(rule) for rule in atlas.rules])


@router.get("/rules/{rule_id}", summary="One rule")
def get_rule(atlas: Atlas, rule_id: str) -> RuleDetail:
    """A rule with its thresholds and its SHACL shape."""
    return rule_detail(atlas.rules.get(decode_segment(rule_id)))


@router.post(
    "/validate",
    summary="Hold records against the rules",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                name: {}
                for name in (
                    "text/turtle",
                    "application/n-triples",
                    "application/ld+json",
                    "application/rdf+xml",
                    "application/x-ndjson",
                    "application/json",
                    "text/csv",
                )
            },
        }
    },
)
async def validate(
    request: Request,
    atlas: Atlas,
    bearer: Bearer,
    engine: Annotated[EngineName, Query()] = "shacl",
    source: Annotated[str | None, Query(max_length=100)] = None,
) -> ReportAnswer:
    """Report by rule; nothing is written. The body is RDF, JSON lines, or an open list as CSV.

    ``source``: the source that the records belong to, for whoever may see what is held of it; what
    they are excepted from is told then, and they conform all the same.

    Without a token the number of records and the size of the body are bounded.
    """
    format_ = body_format(request.headers.get("content-type"))
    allowance = None if bearer is not None else WITHOUT_TOKEN[engine]
    lang = choose_language(request.query_params, request.headers)
    slots: ValidationSlots = request.app.state.validation_slots
    with await read_body(request, allowance) as body:

        def work() -> ReportAnswer:
            content = body.read()
            if not content.strip():
                raise AtlasError(BODY_EMPTY, expected="RDF, NDJSON, CSV")
            reader = SourceReader(CHECK_SOURCE, atlas.settings.base_iri, atlas.vocabulary)
            exceptions = None
            if source is not None:
                require_over(bearer, Action.DATASET_READ_HELD, source)
                exceptions = all_excepted(atlas, source)
            with slots.slot(free=bearer is not None):
                return check(
                    reader.body(content, format_),
                    atlas.engine_named(engine),
                    atlas.rules,
                    day=atlas.clock.today(),
                    lang=lang,
                    allowance=allowance,
                    exceptions=exceptions,
                )

        return await run(thread_pools(request).checks, work)


async def read_body(request: Request, allowance: Allowance | None) -> Body:
    """Receive the body, no more of it than is allowed; raises ``validation-too-large``."""
    if allowance is None:
        return await receive_whole(request)
    return await receive_whole(request, allowance.mebibytes * MIB, allowance.exceeded())
