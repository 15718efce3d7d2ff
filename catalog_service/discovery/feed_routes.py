"""``/feeds/datasets.atom``: any search as a feed (RFC 4287), what changed last first."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.atom import ATOM, add_author, add_entry, add_link, add_text, begun, written
from catalog_service.dependencies import Atlas
from catalog_service.discovery.feeds import Feed, feed_response, read_feed
from catalog_service.discovery.parameters import parameters
from catalog_service.http.language import choose_language
from catalog_service.links import form_path
from ontology.languages import pick
from translations import Lang

router = APIRouter(tags=["feeds"])

PATH: Final = "/feeds/datasets.atom"


@router.get(
    PATH,
    summary="A search as a feed",
    response_class=Response,
    responses={200: {"content": {ATOM: {}}}},
    openapi_extra={"parameters": parameters("cursor")},
)
def dataset_feed(request: Request, atlas: Atlas) -> Response:
    """The datasets that a search finds, newest first, 50 at a time; ``next`` leads on."""
    lang = choose_language(request.query_params, request.headers)
    feed = read_feed(request, atlas, lang, PATH)
    return feed_response(request, _written(feed, lang, atlas.settings.public_url), ATOM)


def _written(feed: Feed, lang: Lang, base: str) -> bytes:
    root = begun(lang, feed.iri, feed.title, feed.updated)
    add_link(root, "self", ATOM, feed.here)
    add_link(root, "alternate", "text/html", feed.html)
    if feed.older is not None:
        add_link(root, "next", ATOM, feed.older)
        add_link(root, "first", ATOM, feed.first)
    add_author(root, feed.name)
    for hit, moment in feed.entries:
        entry = add_entry(root, hit.iri, hit.title, moment)
        add_link(entry, "alternate", "text/html", hit.url)
        turtle = base + form_path(hit.source, hit.remote_id, "ttl")
        add_link(entry, "alternate", "text/turtle", turtle)
        for publisher in hit.publishers:
            name = pick(publisher.label, lang)
            if name:
                add_author(entry, name)
        if hit.description:
            add_text(entry, "summary", hit.description)
    return written(root)
