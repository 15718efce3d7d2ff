"""``/api/v1/search`` and ``/suggest``: what was found, with facets and the names of everything."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Request, Response
from fastapi import Query as Params

from catalog_service.dependencies import Atlas
from catalog_service.discovery.model import SearchAnswer, SuggestAnswer
from catalog_service.discovery.parameters import parameters, read_query
from catalog_service.discovery.service import answer_search, named_suggestion
from catalog_service.http.language import choose_language
from search.limits import MAX_SUGGESTIONS, MAX_TYPED

router = APIRouter(prefix="/api/v1", tags=["search"])


@router.get(
    "/search",
    summary="Search datasets",
    openapi_extra={
        "parameters": parameters("limit", "offset", "cursor", "facets", "facet_size", "unstated"),
    },
)
def search(request: Request, atlas: Atlas) -> SearchAnswer:
    """Full text and facets, each facet a repeated parameter; page by ``cursor``.

    Titles and descriptions are in the language asked for, where the records have them in it.
    """
    query = read_query(list(request.query_params.multi_items()))
    lang = choose_language(request.query_params, request.headers)
    return answer_search(atlas, query, lang)


@router.get("/suggest", summary="Complete what is being typed")
def suggest(
    request: Request,
    response: Response,
    atlas: Atlas,
    q: Annotated[str, Params(max_length=MAX_TYPED)] = "",
    limit: Annotated[int, Params(ge=1, le=MAX_SUGGESTIONS)] = 8,
) -> SuggestAnswer:
    """Datasets, organisations, data items, themes and words: by characters, pinyin or initials."""
    response.headers["Cache-Control"] = "no-cache"
    lang = choose_language(request.query_params, request.headers)
    return SuggestAnswer(
        suggestions=[named_suggestion(atlas, one, lang) for one in atlas.search.suggest(q, limit)]
    )
