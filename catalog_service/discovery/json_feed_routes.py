"""``/feeds/datasets.json``: any search as a JSON Feed (version 1.1), what changed last first."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.dependencies import Atlas
from catalog_service.discovery.feeds import feed_response, read_feed
from catalog_service.discovery.model import HitAnswer
from catalog_service.discovery.parameters import parameters
from catalog_service.http.language import LANGUAGE_TAGS, choose_language
from catalog_service.links import form_path
from ontology.languages import pick
from ontology.texts import without_bidi
from translations import Lang

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
    feed, base = read_feed(request, atlas, lang, PATH), atlas.settings.public_url
    written: dict[str, Any] = {
        "version": _VERSION,
        "title": feed.title,
        "home_page_url": feed.html,
        "feed_url": feed.here,
        "language": LANGUAGE_TAGS[lang],
        "authors": [{"name": feed.name, "url": f"{base}/"}],
        "items": [_item(hit, moment, lang, base) for hit, moment in feed.entries],
    }
    if feed.older is not None:
        written["next_url"] = feed.older
    return feed_response(request, orjson.dumps(written), JSON_FEED)


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
