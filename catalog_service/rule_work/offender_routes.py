"""``/api/v1/rules/{rule}/records`` and ``….csv``: the public records in which a rule finds
something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse

from catalog_service.answers import Message, Shown
from catalog_service.context import Service
from catalog_service.csv_cells import BYTE_ORDER_MARK, csv_line
from catalog_service.dependencies import Atlas
from catalog_service.http.identifiers import decode_segment
from catalog_service.http.language import choose_language
from catalog_service.links import dataset_path
from catalog_service.rule_work.offenders import (
    Offender,
    all_offenders,
    count_offenders,
    list_offenders,
)
from catalog_service.rule_work.parameters import Organization
from catalog_service.rules.model import RuleFindings
from ontology.languages import Texts, pick
from translations import Lang

router = APIRouter(prefix="/api/v1", tags=["rules"])

MOST: Final = 100
_DEEPEST: Final = 1_000_000
_COLUMNS: Final = (
    *("rule", "severity", "title", "publishers", "path", "value", "message"),
    *("excepted_until", "excepted_because", "url", "iri", "source", "remote_id"),
)


class OffendingRecord(Shown):
    """A public record in which the rule finds something."""

    iri: str
    source: str
    remote_id: str
    title: Texts
    publishers: list[str]
    url: str
    findings: list[RuleFindings]


class OffendersAnswer(Shown):
    """Some of them; ``next`` is the offset of those that follow."""

    rule: str
    label: Message
    message: Message
    organization: str | None
    total: int
    records: list[OffendingRecord]
    next: int | None


@router.get("/rules/{rule_id}/records", summary="Public records in which a rule finds something")
def get_offenders(
    atlas: Atlas,
    rule_id: str,
    organization: Organization = None,
    offset: Annotated[int, Query(ge=0, le=_DEEPEST)] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 25,
) -> OffendersAnswer:
    """By source and identifier, with the places and values; the message says how to mend it.

    Who publishes what is known some minutes after it came in.
    """
    rule = atlas.rules.get(decode_segment(rule_id))
    total = count_offenders(atlas, rule.id, organization)
    found = list_offenders(atlas, rule.id, organization, offset, limit)
    following = offset + limit
    return OffendersAnswer(
        rule=rule.id,
        label=Message(zh=rule.label.zh, en=rule.label.en),
        message=Message(zh=rule.message.zh, en=rule.message.en),
        organization=organization,
        total=total,
        records=[
            OffendingRecord(
                iri=one.iri,
                source=one.source,
                remote_id=one.remote_id,
                title=one.title,
                publishers=list(one.publishers),
                url=_url(atlas, one),
                findings=list(one.findings),
            )
            for one in found
        ],
        next=following if following < total else None,
    )


@router.get(
    "/rules/{rule_id}/records.csv",
    summary="Public records in which a rule finds something, as a table",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
)
def get_offenders_csv(
    request: Request, atlas: Atlas, rule_id: str, organization: Organization = None
) -> Response:
    """A line for each place; in UTF-8 with a header, which spreadsheets open as it is."""
    rule = atlas.rules.get(decode_segment(rule_id))
    lang = choose_language(request.query_params, request.headers)
    found = all_offenders(atlas, rule.id, organization)
    # Asked before the answer begins: where the index is missing it is still an error then.
    first = list(islice(found, 1))
    headers = {
        "Content-Disposition": f'attachment; filename="{rule.id}.csv"',
        "Cache-Control": "no-cache",
    }
    return StreamingResponse(
        _lines(atlas, chain(first, found), lang),
        headers=headers,
        media_type="text/csv; charset=utf-8",
    )


def _lines(atlas: Service, found: Iterable[Offender], lang: Lang) -> Iterator[bytes]:
    yield (BYTE_ORDER_MARK + csv_line(_COLUMNS)).encode()
    held: list[str] = []
    for one in found:
        held += _rows(atlas, one, lang)
        if len(held) >= MOST:
            yield "".join(held).encode()
            held.clear()
    yield "".join(held).encode()


def _rows(atlas: Service, one: Offender, lang: Lang) -> Iterator[str]:
    for finding in one.findings:
        message = finding.message.en if lang == "en" else finding.message.zh
        excepted = finding.excepted
        for spot in finding.spots:
            yield csv_line(
                (
                    finding.rule,
                    finding.severity,
                    pick(one.title, lang),
                    "; ".join(one.publishers),
                    spot.path or "",
                    spot.value or "",
                    message,
                    excepted.until.isoformat() if excepted else "",
                    excepted.reason if excepted else "",
                    _url(atlas, one),
                    one.iri,
                    one.source,
                    one.remote_id,
                )
            )


def _url(atlas: Service, one: Offender) -> str:
    return atlas.settings.public_url + dataset_path(one.source, one.remote_id)
