"""A sample's file as an answer: an attachment of which a browser runs nothing."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from fastapi import Request
from starlette.responses import Response

from catalog_service.http.conditional_requests import not_modified
from catalog_service.samples.model import Sample

_MEDIA_TYPE: Final = "text/csv; charset=utf-8"
_SAFE: Final = {
    # It may be withdrawn at any time: caches ask before each use.
    "Cache-Control": "no-cache",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
_LONGEST: Final = 80
"""Characters of a title in a file's name."""


def file_response(request: Request, sample: Sample, content: bytes) -> Response:
    """Answer with a sample's file, or that it is unchanged."""
    title = "".join(one if one.isalnum() else "-" for one in sample.title[:_LONGEST])
    name = quote(f"{title}-sample-{sample.number}.csv", safe="")
    headers = {
        **_SAFE,
        "ETag": f'"{sample.file[:32]}"',
        "Content-Disposition": f'attachment; filename="sample-{sample.number}.csv"; '
        f"filename*=UTF-8''{name}",
    }
    return not_modified(request, headers["ETag"], headers) or Response(
        content, headers=headers, media_type=_MEDIA_TYPE
    )
