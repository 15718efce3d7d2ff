"""``/feeds/datasets.json``: any search as a JSON Feed (version 1.1), what changed last first."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.discovery.model import HitAnswer
from catalog_service.discovery.parameters import (
    address_of,
    encode_cursor,
    parameters,
    read_query,
    write_query,
)
from catalog_service.discovery.service import FEED_ENTRIES, change_times, named_hit
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.language import LANGUAGE_TAGS, choose_language
from catalog_service.http.representations import content_tag
from catalog_service.links import form_path
from catalog_service.site.display_values import without_bidi
from ontology.languages import pick
from translations import Lang, translator

router = APIRouter(tags=["feeds"])

JSON_FEED: Final = "application/feed+json"
PATH: Final = "/feeds/datasets.json"
_VERSION: Final = "https://jsonfeed.org/version/1.1"


@router.get(
    PATH,
    summary="A search as a JSON feed",
    response_class=Response,
    responses={200: {"content": {JSON_FEED: {}}}},
    openapi_extra={"parameters": parameters("cursor")},
)
def dataset_json_feed(request: Request, atlas: Atlas) -> Response:
    """The datasets that a search finds, newest first, 50 at a time; ``next_url`` leads on."""
    lang = choose_language(request.query_params, request.headers)
    asked = read_query(list(request.query_params.multi_items()))
    query = replace(
        asked, sort="modified", limit=FEED_ENTRIES, offset=0, facets=False, grouped=False
    )
    result = atlas.search.search(query)
    base, own = atlas.settings.public_url, write_query(query)
    hits = [named_hit(atlas, hit, lang) for hit in result.hits]
    times = change_times(atlas, hits, result.checkpoint)
    cursor, following = encode_cursor(query.cursor), encode_cursor(result.cursor)
    texts = translator(lang)
    feed: dict[str, Any] = {
        "version": _VERSION,
        "title": texts.gettext("Shanghai Data Atlas: {text}", text=without_bidi(query.text))
        if query.text
        else texts.gettext("Shanghai Data Atlas: datasets"),
        "home_page_url": address_of(f"{base}/datasets", own),
        "feed_url": address_of(f"{base}{PATH}", [*own, ("cursor", cursor)] if cursor else own),
        "language": LANGUAGE_TAGS[lang],
        "authors": [{"name": texts.gettext("Shanghai Data Atlas"), "url": f"{base}/"}],
        "items": [_item(hit, moment, lang, base) for hit, moment in zip(hits, times, strict=True)],
    }
    if following is not None:
        feed["next_url"] = address_of(f"{base}{PATH}", [*own, ("cursor", following)])
    body = orjson.dumps(feed)
    headers = {
        "ETag": content_tag(body),
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language",
    }
    unchanged = not_modified(request, headers["ETag"], headers)
    return unchanged or Response(body, headers=headers, media_type=JSON_FEED)


def _item(hit: HitAnswer, moment: datetime, lang: Lang, base: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": hit.iri,
        "url": hit.url,
        "title": without_bidi(hit.title),
        "content_text": without_bidi(hit.description or hit.title),
        "date_modified": moment.isoformat(),
        "attachments": [
            {"url": base + form_path(hit.source, hit.remote_id, "ttl"), "mime_type": "text/turtle"}
        ],
    }
    names = [name for one in hit.publishers if (name := pick(one.label, lang))]
    if names:
        item["authors"] = [{"name": without_bidi(name)} for name in names]
    return item
