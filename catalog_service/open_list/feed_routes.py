"""``/feeds/open-lists.atom``: published lists and announced restrictions, as a feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from catalog_service.accounts.service import organization_named
from catalog_service.atom import ATOM, add_author, add_entry, add_link, add_text, begun, written
from catalog_service.context import Service
from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.language import choose_language
from catalog_service.http.representations import content_tag
from catalog_service.open_list.differences import ItemChange, diff, ordered
from catalog_service.open_list.model import Content, Version
from catalog_service.open_list.naming import PUBLIC, public_path
from catalog_service.open_list.schedule import predecessor, replaced_by
from catalog_service.open_list.service import content_of, public_versions
from translations import N_, Lang, translator

router = APIRouter(tags=["feeds"])

FEED: Final = "/feeds/open-lists.atom"
MOST: Final = 50
"""Versions of a feed, the newest."""
_NAMED: Final = 20
"""Items that an entry names."""
_KINDS: Final = {
    "withdrawn": N_("Withdrawn: {titles}"),
    "restricted": N_("Restricted: {titles}"),
    "widened": N_("Opened further: {titles}"),
    "changed": N_("Changed: {titles}"),
    "added": N_("Added: {titles}"),
}


@router.get(
    FEED,
    summary="Open lists as a feed",
    response_class=Response,
    responses={200: {"content": {ATOM: {}}}},
)
def list_feed(
    request: Request,
    atlas: Atlas,
    organization: Annotated[
        str, Query(max_length=1_024, description="IRI, code or name; without: all.")
    ] = "",
) -> Response:
    """Versions of lists, the newest first: what each changes, and from when on it counts."""
    lang = choose_language(request.query_params, request.headers)
    iri = organization_named(atlas.vocabulary, organization) if organization else None
    versions = public_versions(atlas, organization=iri)
    newest = sorted(versions, key=lambda one: (one.published, one.number), reverse=True)
    tr, base = translator(lang), atlas.settings.public_url
    own = f"?organization={organization}" if organization else ""
    root = begun(
        lang,
        f"{atlas.settings.base_iri}{FEED}{own}",
        tr.gettext("Open lists of Shanghai's public data"),
        _updated(atlas, newest),
    )
    add_link(root, "alternate", "text/html", base + PUBLIC)
    add_author(root, tr.gettext("Shanghai Data Atlas"))
    for one in newest[:MOST]:
        last = predecessor(versions, one)
        path = public_path(atlas.vocabulary, one.organization, one.year)
        iri = f"{atlas.settings.base_iri}{path}#{one.number}"
        entry = add_entry(root, iri, _title(atlas, one, lang), one.published)
        said = _summary(atlas, one, last, replaced_by(versions, one), lang)
        add_text(entry, "summary", "\n".join(said))
        add_link(entry, "alternate", "text/html", base + path)
    body = written(root)
    tag = content_tag(body)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept-Language"}
    unchanged = not_modified(request, tag, headers)
    return unchanged or Response(body, headers=headers, media_type=ATOM)


def _updated(atlas: Service, newest: list[Version]) -> datetime:
    return newest[0].published if newest else atlas.clock.now()


def _title(atlas: Service, version: Version, lang: Lang) -> str:
    return translator(lang).gettext(
        "{organization}, open list {year}, version {version}",
        organization=atlas.accounts.hierarchy.names(version.organization)[lang],
        year=version.year,
        version=version.number,
    )


def _summary(
    atlas: Service, version: Version, last: Version | None, instead: Version | None, lang: Lang
) -> Iterator[str]:
    tr, day = translator(lang), version.in_force.isoformat()
    if instead is None:
        yield tr.gettext("In force from {day}.", day=day)
    else:
        yield tr.gettext(
            "Announced for {day}, and replaced before by version {number}.",
            day=day,
            number=instead.number,
        )
    content = content_of(atlas, version)
    if last is None:
        count = len(content.items)
        yield tr.ngettext("{count:,} item", "{count:,} items", count)
        return
    yield from changes_told(content_of(atlas, last), content, lang)


def changes_told(before: Content, after: Content, lang: Lang) -> Iterator[str]:
    """Yield what differs in words, a line for each kind, what narrows first."""
    by_kind: dict[str, list[ItemChange]] = {}
    for one in ordered(diff(before, after)):
        by_kind.setdefault(one.kind, []).append(one)
    tr = translator(lang)
    for kind, changes in by_kind.items():
        titles = tr.pgettext("list", ", ").join(one.here.title for one in changes[:_NAMED])
        more = " …" if len(changes) > _NAMED else ""
        yield tr.gettext(_KINDS[kind], titles=f"{titles}{more}")
