"""``/follows/feed/….atom``: somebody's news, for whoever has the address (RFC 4287)."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from catalog_service.atom import ATOM, add_author, add_entry, add_link, add_text, begun, written
from catalog_service.dependencies import Atlas
from catalog_service.following import service
from catalog_service.following.naming import NEWS
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.representations import content_tag
from catalog_service.http.token_forms import PRIVATE
from translations import translator

router = APIRouter(include_in_schema=False)


@router.get("/follows/feed/{feed}.atom")
def news_feed(request: Request, atlas: Atlas, feed: str) -> Response:
    """A person's news, in the language in which the address was made."""
    found = service.open_feed(atlas, feed)
    home, texts = atlas.settings.public_url, translator(found.lang)
    entries = service.news_of(atlas, found.person, found.lang)
    updated = max((one.time for one in entries), default=found.created)
    # Neither the address nor the person stands in it.
    iri = f"{home}{NEWS}#{found.id}"
    root = begun(found.lang, iri, texts.gettext("News of what I follow"), updated)
    add_link(root, "alternate", "text/html", home + NEWS)
    add_author(root, texts.gettext("Shanghai Data Atlas"))
    for one in entries:
        entry = add_entry(root, f"{home}{NEWS}#{one.id}", one.title, one.time)
        add_link(entry, "alternate", "text/html", home + one.path)
        add_text(entry, "summary", one.text)
    body = written(root)
    tag = content_tag(body)
    headers = {**PRIVATE, "ETag": tag, "X-Robots-Tag": "noindex"}
    unchanged = not_modified(request, tag, headers)
    return unchanged or Response(body, media_type=ATOM, headers=headers)
