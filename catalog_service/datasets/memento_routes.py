"""``/timegate/…`` and ``/timemap/…``: earlier versions by time (Memento, RFC 7089)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import orjson
from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from catalog_service.datasets.errors import ACCEPT_DATETIME_INVALID
from catalog_service.datasets.mementos import (
    LINK_FORMAT,
    TIMEGATE,
    TIMEMAP,
    ends,
    json_map,
    link_format,
    original,
    relations,
)
from catalog_service.dependencies import Atlas
from catalog_service.http.conditional_requests import not_modified
from catalog_service.http.negotiation import choose
from catalog_service.http.representations import content_tag
from catalog_service.output_formats import JSON, OutputFormat
from ontology.errors import AtlasError

router = APIRouter(tags=["linked data"])

_LINKS: Final = OutputFormat("link", "link-format", "link", (LINK_FORMAT,))
_FORMS: Final = (_LINKS, JSON)


@router.get(
    TIMEGATE + "/{target:path}",
    summary="The version of a dataset at the time of Accept-Datetime",
    status_code=302,
)
def time_gate(request: Request, atlas: Atlas, target: str) -> Response:
    """See the version of ``Accept-Datetime``; of now without it, the first one before that."""
    base = atlas.settings.public_url
    item = original(atlas, target)
    chosen = item.before(_datetime(request))
    links = [
        f'<{base}{item.path}>; rel="original"',
        relations(item.path, base)[1],
        *ends(item.mementos),
    ]
    headers = {
        "Vary": "Accept-Datetime",
        "Cache-Control": "no-cache",
        "Link": ", ".join(links),
    }
    # Relative, as every redirection is: neither the Host header nor a proxy decides where it leads.
    return RedirectResponse(chosen.url.removeprefix(base), 302, headers)


@router.get(TIMEMAP + "/{target:path}", summary="All public versions of a dataset")
def time_map(request: Request, atlas: Atlas, target: str) -> Response:
    """The versions with their times: link-format or JSON, by Accept or by ``link/``, ``json/``."""
    first, _, rest = target.partition("/")
    fixed = next((form for form in _FORMS if form.suffix == first), None)
    form = fixed or choose(request.headers.get("accept"), _FORMS, strict=False)
    base = atlas.settings.public_url
    item = original(atlas, rest if fixed is not None else target)
    body = orjson.dumps(json_map(item, base)) if form is JSON else link_format(item, base).encode()
    tag = content_tag(body)
    headers = {"ETag": tag, "Cache-Control": "no-cache", "Vary": "Accept"}
    return not_modified(request, tag, headers) or Response(
        body, headers=headers, media_type=form.content_type
    )


def _datetime(request: Request) -> datetime | None:
    given = request.headers.get("accept-datetime")
    if given is None:
        return None
    try:
        instant = parsedate_to_datetime(given)
    except (ValueError, OverflowError) as error:
        raise AtlasError(ACCEPT_DATETIME_INVALID, value=given[:100]) from error
    # The header counts seconds: of a version that came within this one, it means that one, too.
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).replace(microsecond=999_999)
