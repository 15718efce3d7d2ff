"""``/api/v1/rules`` and ``/api/v1/validate``: the register, and records held against it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final, Literal

import pyoxigraph as ox
from fastapi import APIRouter, Query, Request
from pydantic import BaseModel

from catalog_service.datasets.findings import Grouped, Message, RuleFindings, both, by_rule
from catalog_service.http.access import Bearer
from catalog_service.http.context import Atlas, Service
from catalog_service.http.errors import BODY_EMPTY, VALIDATION_TOO_SLOW
from catalog_service.http.language import Lang, choose_language
from catalog_service.http.links import decode_segment
from catalog_service.http.thread_pools import run, threads_of
from catalog_service.rules.validation_limits import (
    VALIDATION_SECONDS,
    WITHOUT_TOKEN,
    Allowance,
    Turns,
    read_body,
)
from catalog_service.sources.bodies import body_format, read_items
from harvesters.contracts import Unreadable
from ontology.errors import AtlasError
from ontology.record import Record
from ontology.terms import PREFIXES
from shapes.rules import Rule

router = APIRouter(prefix="/api/v1", tags=["rules"])

EngineName = Literal["shacl", "pyshacl"]

CHECK_SOURCE: Final = "validate"
"""The source under which posted records are read: nothing of them is kept."""

MAX_LISTED: Final = 1_000


class RuleAnswer(BaseModel):
    """One rule of the register; ``status`` tells whether the gate checks it."""

    id: str
    iri: str
    levels: list[str]
    severity: str
    status: str
    label: Message
    article: Message
    message: Message
    since: date
    until: date | None


class ParameterAnswer(BaseModel):
    """A dated threshold."""

    name: str
    value: str
    since: date
    until: date | None


class RuleDetail(RuleAnswer):
    """One rule with its thresholds and its SHACL shape."""

    parameters: list[ParameterAnswer]
    turtle: str


class RulesAnswer(BaseModel):
    """The register."""

    rules: list[RuleAnswer]


class CheckedRecord(BaseModel):
    """One record and what the rules find in it."""

    remote_id: str
    conforms: bool
    rules: list[RuleFindings]


class Unread(BaseModel):
    """An item that could not be read."""

    code: str
    message: str


class ReportAnswer(BaseModel):
    """The report: counts, rules over all records, then record by record."""

    engine: str
    day: date
    read: int
    conforming: int
    violating: int
    unreadable: int
    rules: list[RuleFindings]
    records: list[CheckedRecord]
    errors: list[Unread]


@router.get("/rules", summary="All rules")
def list_rules(atlas: Atlas) -> RulesAnswer:
    """The register of rules: level, severity, message, article, days in force."""
    return RulesAnswer(rules=[RuleAnswer(**_row(rule)) for rule in atlas.rules])


@router.get("/rules/{rule_id}", summary="One rule")
def get_rule(atlas: Atlas, rule_id: str) -> RuleDetail:
    """A rule with its thresholds and its SHACL shape."""
    rule = atlas.rules.get(decode_segment(rule_id))
    turtle = ox.serialize(rule.triples, format=ox.RdfFormat.TURTLE, prefixes=PREFIXES)
    parameters = [
        ParameterAnswer(name=p.name, value=p.value, since=p.in_force.start, until=p.in_force.end)
        for p in rule.parameters
    ]
    return RuleDetail(**_row(rule), parameters=parameters, turtle=turtle.decode() if turtle else "")


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
) -> ReportAnswer:
    """Report by rule; nothing is written. The body is RDF, JSON lines, or an open list as CSV.

    Without a token the number of records and the size of the body are bounded.
    """
    format_, name = body_format(request)
    allowance = None if bearer is not None else WITHOUT_TOKEN[engine]
    lang = choose_language(request.query_params, request.headers)
    turns: Turns = request.app.state.turns
    with await read_body(request, allowance) as body:

        def work() -> ReportAnswer:
            content = body.read()
            if not content.strip():
                raise AtlasError(BODY_EMPTY, expected="RDF, NDJSON, CSV")
            with turns.turn(free=bearer is not None):
                return _report(atlas, engine, (content, format_, name), lang, allowance)

        return await run(threads_of(request).checks, work)


def _report(
    atlas: Service,
    engine: EngineName,
    body: tuple[bytes, str, str],
    lang: Lang,
    allowance: Allowance | None,
) -> ReportAnswer:
    checker = atlas.engine_named(engine)
    totals = Grouped(atlas.rules)
    errors: list[Unread] = []
    records: list[CheckedRecord] = []
    counts: Counter[str] = Counter()
    end = time.monotonic() + VALIDATION_SECONDS
    for record in _records(atlas, body):
        if time.monotonic() > end:
            raise AtlasError(
                VALIDATION_TOO_SLOW, count=counts["read"], seconds=round(VALIDATION_SECONDS)
            )
        if allowance is not None and counts["read"] + counts["unreadable"] >= allowance.records:
            raise allowance.exceeded()
        if isinstance(record, AtlasError):
            counts["unreadable"] += 1
            if len(errors) < MAX_LISTED:
                errors.append(Unread(code=record.code, message=record.message(lang)))
            continue
        report = checker.validate(record)
        counts["read"] += 1
        counts["conforming"] += report.conforms
        totals.add(report.findings)
        if len(records) < MAX_LISTED:
            rules = by_rule(report.findings, atlas.rules)
            records.append(
                CheckedRecord(remote_id=record.remote_id, conforms=report.conforms, rules=rules)
            )
    return ReportAnswer(
        engine=engine,
        day=atlas.clock.today(),
        read=counts["read"] + counts["unreadable"],
        conforming=counts["conforming"],
        violating=counts["read"] - counts["conforming"],
        unreadable=counts["unreadable"],
        rules=totals.answer(),
        records=records,
        errors=errors,
    )


def _records(atlas: Service, body: tuple[bytes, str, str]) -> Iterator[Record | AtlasError]:
    """Yield each record of a body, or why it cannot be read."""
    content, format_, name = body
    for item in read_items(atlas, content, format_, name, CHECK_SOURCE):
        if isinstance(item, Unreadable):
            yield item.error
            continue
        try:
            yield item.make().record
        except AtlasError as error:
            yield error


def _row(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "iri": rule.iri,
        "levels": list(rule.levels),
        "severity": rule.severity,
        "status": rule.status,
        "label": both(rule.label),
        "article": both(rule.source),
        "message": both(rule.message),
        "since": rule.in_force.start,
        "until": rule.in_force.end,
    }
