"""A search as a feed, whichever its format: what changed last first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import Request
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.discovery.model import HitAnswer
from catalog_service.discovery.parameters import (
    address_of,
    encode_cursor,
    read_query,
    write_query,
)
from catalog_service.discovery.service import (
    FEED_ENTRIES,
    change_times,
    named_hit,
    time_of_index,
)
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.representations import content_tag
from ontology.texts import without_bidi
from translations import Lang, translator


@dataclass(frozen=True, slots=True)
class Feed:
    """One page of a feed."""

    name: str
    """Who publishes it."""
    title: str
    iri: str
    """What stays the same wherever the server answers."""
    html: str
    """The search as a page."""
    first: str
    here: str
    older: str | None
    """Addresses of the first page, of this one, and of the next."""
    updated: datetime
    entries: list[tuple[HitAnswer, datetime]]


def read_feed(request: Request, atlas: Service, lang: Lang, path: str) -> Feed:
    """Search for what a request asks of the feed at ``path``."""
    asked = read_query(list(request.query_params.multi_items()))
    query = replace(
        asked, sort="modified", limit=FEED_ENTRIES, offset=0, facets=False, grouped=False
    )
    result = atlas.search.search(query)
    own, texts = write_query(query), translator(lang)
    # The pages of a feed are in the language that was asked for by hand.
    kept = [("lang", lang)] if "lang" in request.query_params else []
    first = address_of(f"{atlas.settings.public_url}{path}", [*own, *kept])
    hits = [named_hit(atlas, hit, lang) for hit in result.hits]
    times = change_times(atlas, hits, result.checkpoint)

    def page(cursor: str | None) -> str | None:
        if cursor is None:
            return None
        return address_of(f"{atlas.settings.public_url}{path}", [*own, ("cursor", cursor), *kept])

    return Feed(
        name=texts.gettext("Shanghai Data Atlas"),
        title=texts.gettext("Shanghai Data Atlas: {text}", text=without_bidi(query.text))
        if query.text
        else texts.gettext("Shanghai Data Atlas: datasets"),
        iri=address_of(f"{atlas.settings.base_iri}{path}", own),
        html=address_of(f"{atlas.settings.public_url}/datasets", [*own, *kept]),
        first=first,
        here=page(encode_cursor(query.cursor) or None) or first,
        older=page(encode_cursor(result.cursor)),
        updated=max(times) if times else time_of_index(atlas, result.checkpoint),
        entries=list(zip(hits, times, strict=True)),
    )


def feed_response(request: Request, body: bytes, media_type: str) -> Response:
    """Answer with a feed, or with 304 to whoever has it."""
    # Of the feed itself: what is shown can change while the index does not.
    tag = content_tag(body)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    unchanged = not_modified(request, tag, headers)
    return unchanged or Response(body, headers=headers, media_type=media_type)
