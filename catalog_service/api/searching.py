"""``/api/v1/search``: the query string as a query, the answer with facets and their names."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from pydantic import BaseModel

from catalog_service.api.addresses import dataset_path
from catalog_service.api.context import Atlas, Service
from catalog_service.api.description import Named
from catalog_service.api.errors import PARAMETER_INVALID
from ontology.errors import AtlasError
from ontology.terms import VOCAB
from search.engine import FACETS, FacetValue, Hit, Query, Result
from search.errors import UNKNOWN_FACET

router = APIRouter(prefix="/api/v1", tags=["search"])

MAX_LIMIT: Final = 100
MAX_OFFSET: Final = 10_000
MAX_TEXT: Final = 500
MAX_VALUES: Final = 50
"""Values of one facet that may be chosen at once."""

SCHEMES: Final = {
    "open_type": "open-type",
    "theme": "domain",
    "district": "place",
    "format": "format",
    "delivery": "delivery-mode",
    "frequency": "frequency",
}
"""Facets whose values are concepts; ``theme=4`` then means ``…/vocab/domain/4``."""

_OTHER: Final = frozenset({"q", "sort", "limit", "offset", "lang"})
SORTS: Final = ("relevance", "modified", "title")


class HitAnswer(BaseModel):
    """One dataset found."""

    iri: str
    source: str
    remote_id: str
    url: str
    score: float
    title: str
    description: str
    publishers: list[Named]
    open_type: Named | None
    formats: list[Named]
    modified: str | None


class FacetAnswer(BaseModel):
    """One value of a facet; ``value`` is what the query string takes."""

    value: str
    label: dict[str, str]
    count: int


class SearchAnswer(BaseModel):
    """What a search found; ``checkpoint`` is the journal number that the index stands at."""

    total: int
    limit: int
    offset: int
    checkpoint: int
    milliseconds: float
    hits: list[HitAnswer]
    facets: dict[str, list[FacetAnswer]]


@router.get(
    "/search",
    summary="Search datasets",
    openapi_extra={
        "parameters": [
            {"name": "q", "in": "query", "schema": {"type": "string"}},
            *(
                {
                    "name": facet,
                    "in": "query",
                    "description": "Any of the values; all facets must match.",
                    "schema": {"type": "array", "items": {"type": "string"}},
                }
                for facet in FACETS
            ),
            {"name": "sort", "in": "query", "schema": {"type": "string", "enum": list(SORTS)}},
            {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": MAX_LIMIT}},
            {"name": "offset", "in": "query", "schema": {"type": "integer"}},
        ]
    },
)
def search(request: Request, atlas: Atlas) -> SearchAnswer:
    """Full text and facets, each facet a repeated parameter."""
    query = read_query(list(request.query_params.multi_items()))
    return answer(atlas, query, atlas.search.search(query))


def read_query(items: list[tuple[str, str]], *, strict: bool = True) -> Query:
    """Read a query string; raises `AtlasError` for what it does not know.

    With ``strict`` off, as on pages, unknown parameters are passed over.
    """
    filters: dict[str, tuple[str, ...]] = {}
    plain: dict[str, str] = {}
    for name, value in items:
        if name in FACETS:
            if value:
                chosen = (*filters.get(name, ()), expand(name, value))
                filters[name] = tuple(dict.fromkeys(chosen))[:MAX_VALUES]
        elif name in _OTHER:
            plain[name] = value
        elif strict:
            raise AtlasError(UNKNOWN_FACET, name=name[:50], known=", ".join(FACETS))
    sort = plain.get("sort") or "relevance"
    if sort not in SORTS:
        _refuse("sort", sort, ", ".join(SORTS))
    text = plain.get("q", "").strip()
    if len(text) > MAX_TEXT:
        _refuse("q", text, f"≤ {MAX_TEXT}")
    return Query(
        text=text,
        filters=filters,
        sort=sort,
        limit=_number(plain, "limit", 20, 0, MAX_LIMIT),
        offset=_number(plain, "offset", 0, 0, MAX_OFFSET),
    )


def expand(facet: str, value: str) -> str:
    """Return a facet's full value: concepts may be written by their notation."""
    scheme = SCHEMES.get(facet)
    if scheme is None or ":" in value:
        return value
    return f"{VOCAB}{value}" if "/" in value else f"{VOCAB}{scheme}/{value}"


def shorten(facet: str, value: str) -> str:
    """Return the shortest value that `expand` makes whole again."""
    scheme = SCHEMES.get(facet)
    if scheme is None or not value.startswith(VOCAB):
        return value
    own = f"{VOCAB}{scheme}/"
    return value.removeprefix(own) if value.startswith(own) else value.removeprefix(VOCAB)


def answer(atlas: Service, query: Query, result: Result) -> SearchAnswer:
    """Give names to what was found."""
    return SearchAnswer(
        total=result.total,
        limit=query.limit,
        offset=query.offset,
        checkpoint=result.checkpoint,
        milliseconds=round(result.milliseconds, 2),
        hits=[_hit(atlas, hit) for hit in result.hits],
        facets={
            name: [facet_value(atlas, name, value) for value in values]
            for name, values in result.facets.items()
        },
    )


def facet_value(atlas: Service, facet: str, value: FacetValue) -> FacetAnswer:
    """Return a facet's value with its name in both languages."""
    concept = atlas.vocabulary.concept(value.value)
    label = {"zh": concept.zh, "en": concept.en} if concept else {"": value.label or value.value}
    return FacetAnswer(value=shorten(facet, value.value), label=label, count=value.count)


def _hit(atlas: Service, hit: Hit) -> HitAnswer:
    iris: tuple[str | None, ...] = hit.publisher_iris or (None,) * len(hit.publishers)
    return HitAnswer(
        iri=hit.iri,
        source=hit.source,
        remote_id=hit.remote_id,
        url=atlas.settings.public_url + dataset_path(hit.source, hit.remote_id),
        score=round(hit.score, 4),
        title=hit.title,
        description=hit.description,
        publishers=[
            _named(atlas, iri, name) for iri, name in zip(iris, hit.publishers, strict=False)
        ],
        open_type=_named(atlas, hit.open_type, "") if hit.open_type else None,
        formats=[_named(atlas, iri, "") for iri in hit.formats],
        modified=hit.modified,
    )


def _named(atlas: Service, iri: str | None, name: str) -> Named:
    concept = atlas.vocabulary.concept(iri) if iri else None
    if concept is None:
        return Named(iri=iri, label={"": name or iri or ""})
    return Named(iri=iri, notation=concept.notation, label={"zh": concept.zh, "en": concept.en})


def _number(plain: dict[str, str], name: str, default: int, least: int, most: int) -> int:
    text = plain.get(name) or str(default)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    if not least <= number <= most:
        _refuse(name, text, f"{least}–{most}")
    return number


def _refuse(name: str, value: str, expected: str) -> None:
    raise AtlasError(PARAMETER_INVALID, name=name, value=value[:80], expected=expected)
