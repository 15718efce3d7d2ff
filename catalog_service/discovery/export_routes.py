"""``/api/v1/search.csv`` and ``.jsonl``: everything that a search finds, streamed page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.discovery.csv_table import csv_lines
from catalog_service.discovery.model import HitAnswer
from catalog_service.discovery.parameters import parameters, read_query
from catalog_service.discovery.service import named_hit, whole_search
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.language import choose_language
from ontology.errors import AtlasError

router = APIRouter(prefix="/api/v1", tags=["search"])

_ALL: Final = frozenset({"limit", "offset", "cursor", "facets", "facet_size", "unstated"})


@router.get(
    "/search.csv",
    summary="All that a search finds, as a table",
    response_class=Response,
    responses={200: {"content": {"text/csv": {}}}},
    openapi_extra={"parameters": parameters()},
)
def search_csv(request: Request, atlas: Atlas) -> Response:
    """A table in UTF-8 with a header, which spreadsheets open as it is."""
    lang = choose_language(request.query_params, request.headers)

    def lines(hits: Iterable[HitAnswer]) -> Iterator[str]:
        return csv_lines(hits, lang)

    return _streamed(request, atlas, lines, "text/csv; charset=utf-8", "csv")


@router.get(
    "/search.jsonl",
    summary="All that a search finds, a hit a line",
    response_class=Response,
    responses={200: {"content": {"application/jsonl": {}}}},
    openapi_extra={"parameters": parameters()},
)
def search_jsonl(request: Request, atlas: Atlas) -> Response:
    """JSON lines, each a hit as `/api/v1/search` has it."""

    def lines(hits: Iterable[HitAnswer]) -> Iterator[str]:
        for hit in hits:
            yield hit.model_dump_json() + "\n"

    return _streamed(request, atlas, lines, "application/jsonl", "jsonl")


def _streamed(
    request: Request,
    atlas: Service,
    lines: Callable[[Iterable[HitAnswer]], Iterator[str]],
    media_type: str,
    suffix: str,
) -> Response:
    items = list(request.query_params.multi_items())
    for name, value in items:
        if name in _ALL:
            raise AtlasError(
                PARAMETER_INVALID, name=name, value=value[:80], expected="/api/v1/search"
            )
    # Asked before the answer begins: what is wrong with the query is still an error then.
    total, found = whole_search(atlas, read_query(items))
    lang = choose_language(request.query_params, request.headers)
    hits = (named_hit(atlas, hit, lang) for hit in found)
    headers = {
        "Content-Disposition": f'attachment; filename="datasets.{suffix}"',
        "Cache-Control": "no-cache",
        "X-Total-Count": str(total),
    }
    return StreamingResponse(_chunks(lines(hits)), headers=headers, media_type=media_type)


def _chunks(lines: Iterator[str]) -> Iterator[bytes]:
    """Join lines: a chunk for each would cost more than what is in it."""
    for line in lines:
        held = [line, *(next_line for _, next_line in zip(range(99), lines, strict=False))]
        yield "".join(held).encode()
