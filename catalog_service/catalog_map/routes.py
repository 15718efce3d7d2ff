"""``/api/v1/map``: the map of the catalogue as JSON, in the parts in which a page needs it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response

from catalog_service.catalog_map.service import MOST_MATCHES, ShownMap, matches, shown_map
from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.content_encoding import chosen_coding, compress
from ontology.languages import Texts
from search.limits import MAX_QUERY
from search.model import Query as Searched

router = APIRouter(prefix="/api/v1", tags=["map"])


class DomainAnswer(BaseModel):
    """A data domain, and how many datasets on the map are of it."""

    iri: str
    label: Texts
    count: int


class TopicAnswer(BaseModel):
    """A dense place: its middle, its words, its datasets, the number of most of their domains.

    ``level`` is 0 for what is named from far away, 2 for what is named from near. ``label_en`` says
    the words in English, made automatically; empty where a word has none.
    """

    x: int
    y: int
    level: int
    label: str
    label_en: str
    count: int
    domain: int


class MapAnswer(BaseModel):
    """Datasets by place and domain: ``x``, ``y`` and ``domain`` are of one length.

    Places are whole numbers from 0 to ``size``. ``domain`` is a place in ``domains``, -1 for none.
    ``version`` changes with anything that is shown; names and matches of the same version count
    datasets alike. ``total`` may be more than are laid out.
    """

    version: str
    checkpoint: int
    made: str
    total: int
    by_meaning: bool
    size: int
    domains: list[DomainAnswer]
    x: list[int]
    y: list[int]
    domain: list[int]
    topics: list[TopicAnswer]


class MapNamesAnswer(BaseModel):
    """Titles and addresses (behind ``/dataset/``) of the datasets, in the order of the map.

    ``titles_en`` holds English titles by number, where there are any.
    """

    version: str
    titles: list[str]
    titles_en: dict[str, str]
    paths: list[str]


class MapMatchesAnswer(BaseModel):
    """What a search finds: how many datasets, and the numbers of the first of them."""

    version: str
    total: int
    numbers: list[int]


@router.get("/map", summary="The map of the catalogue", response_model=MapAnswer)
def whole(request: Request, atlas: Atlas) -> Response:
    """Every dataset's place and domain, and the topics of dense places."""
    found = shown_map(atlas)
    return _json(request, found, "drawing")


@router.get(
    "/map/names", summary="What the datasets on it are called", response_model=MapNamesAnswer
)
def names(request: Request, atlas: Atlas) -> Response:
    """Titles and addresses, in the order of the map."""
    found = shown_map(atlas)
    return _json(request, found, "names")


@router.get("/map/matches", summary="Where on the map a search leads")
def matched(
    atlas: Atlas, q: Annotated[str, Query(min_length=1, max_length=MAX_QUERY)]
) -> MapMatchesAnswer:
    """The datasets that a search finds first, as numbers of the map."""
    found = shown_map(atlas)
    total, numbers = matches(atlas, found, Searched(text=q, limit=MOST_MATCHES, facets=False))
    return MapMatchesAnswer(version=found.version, total=total, numbers=numbers)


def _json(request: Request, found: ShownMap, part: Literal["drawing", "names"]) -> Response:
    # Asked anew each time, for a dataset may be closed at any time.
    tag = f'W/"{found.version}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    unchanged = not_modified(request, tag, headers)
    if unchanged is not None:
        return unchanged
    coding = chosen_coding(request.headers.get("accept-encoding", ""))
    body = found.drawing if part == "drawing" else found.names
    if coding is not None:
        headers["Content-Encoding"] = coding
        key = part, coding
        packed = found.packed.get(key)
        body = packed or found.packed.setdefault(key, compress(body, coding))
    return Response(body, media_type="application/json", headers=headers)
