"""``/api/v1/search.csv`` and ``.jsonl``: everything that a search finds, streamed page by page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from catalog_service.answers import Named
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.discovery.model import HitAnswer
from catalog_service.discovery.parameters import parameters, read_query
from catalog_service.discovery.service import named_hit
from catalog_service.errors import PARAMETER_INVALID
from catalog_service.http.language import choose_language
from catalog_service.site.display_values import without_bidi
from ontology.errors import AtlasError
from ontology.languages import pick
from ontology.texts import INVISIBLE
from search.limits import MAX_WINDOW
from search.model import Query, Result
from translations import Lang

router = APIRouter(prefix="/api/v1", tags=["search"])

PAGE: Final = 500
"""Hits that are asked for at a time."""

_ALL: Final = frozenset({"limit", "offset", "cursor", "facets", "facet_size"})
_UNSEEN: Final = (
    r"[ \x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
    rf"\ufff0-\uffff{INVISIBLE}]*+"
)
"""Characters a spreadsheet strips before it looks for a formula."""
_FORMULA: Final = re.compile(
    # A beginning of the cell, or of one that a spreadsheet makes of it: some split at a semicolon
    # or a tab, and a line break may end a row.
    rf"(?:(?<=[;；\t\r\n\v\f\x85\u2028\u2029])|^)"
    rf"(?={_UNSEEN}[\"'“”＂]?{_UNSEEN}[=+\-@|＝＋－＠｜﹢﹣﹦﹫−])|^(?={_UNSEEN}[\t\r\n])"
)
"""Where a spreadsheet would read what follows as something to be run; it folds widths."""
_COLUMNS: Final = (
    *("title", "description", "publishers", "open_type", "frequency", "formats", "districts"),
    *("modified", "url", "iri", "source", "remote_id"),
)


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
        # A spreadsheet takes a file without the mark for one in its own encoding.
        yield "\ufeff" + _line(_COLUMNS)
        for hit in hits:
            yield _line(_row(hit, lang))

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
    query = replace(read_query(items), limit=PAGE, facets=False)
    # Asked before the answer begins: what is wrong with the query is still an error then.
    first = atlas.search.search(query)
    if query.sort == "relevance" and first.total > MAX_WINDOW - PAGE:
        # The order of relevance ends there; an export is whole, so it comes by date.
        query = replace(query, sort="modified", grouped=False)
        first = atlas.search.search(query)
    lang = choose_language(request.query_params, request.headers)
    found = (hit for result in pages(atlas, query, first) for hit in result.hits)
    hits = (named_hit(atlas, hit, lang) for hit in found)
    headers = {
        "Content-Disposition": f'attachment; filename="datasets.{suffix}"',
        "Cache-Control": "no-cache",
        "X-Total-Count": str(first.total),
    }
    return StreamingResponse(_chunks(lines(hits)), headers=headers, media_type=media_type)


def pages(atlas: Service, query: Query, first: Result) -> Iterator[Result]:
    """Yield a search's pages, the first of which is known already."""
    result = first
    yield result
    while result.cursor is not None:
        result = atlas.search.search(replace(query, cursor=result.cursor))
        yield result


def _chunks(lines: Iterator[str]) -> Iterator[bytes]:
    """Join lines: a chunk for each would cost more than what is in it."""
    for line in lines:
        held = [line, *(next_line for _, next_line in zip(range(99), lines, strict=False))]
        yield "".join(held).encode()


def _row(hit: HitAnswer, lang: Lang) -> list[str]:
    def names(things: Iterable[Named | None]) -> str:
        found = (_name(thing, lang) for thing in things if thing is not None)
        return "; ".join(dict.fromkeys(found))

    named: dict[str, Iterable[Named | None]] = {
        "publishers": hit.publishers,
        "open_type": [hit.open_type],
        "frequency": [hit.frequency],
        "formats": hit.formats,
        "districts": hit.districts,
    }
    values = [names(named[n]) if n in named else getattr(hit, n) or "" for n in _COLUMNS]
    return [quote_formulas(without_bidi(str(value))) for value in values]


def _name(thing: Named, lang: Lang) -> str:
    return pick(thing.label, lang) or thing.iri or ""


def quote_formulas(text: str) -> str:
    """Return a text of which no spreadsheet runs any part as a formula: such parts are quoted."""
    return _FORMULA.sub("'", text)


def _line(values: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(chain(values))
    return out.getvalue()
