"""``/robots.txt``: what crawlers leave alone (RFC 9309)."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import Response

router = APIRouter(include_in_schema=False)

BARRED: Final = (
    # Questions: each is work, and there is no end of them.
    *("/sparql", "/explore?", "/api/v1/search", "/api/v1/suggest", "/api/v1/graph/"),
    # Searches, and lists that are narrowed twice or further. One condition, or one page of the
    # whole list, is a page like others, from which datasets are reached.
    *("/datasets?q=", "/datasets?*&", "/feeds/datasets.atom?"),
)
"""Addresses, by how they begin; ``*`` stands for anything."""


@router.get("/robots.txt", summary="What crawlers leave alone")
def robots() -> Response:
    """The same for all crawlers."""
    lines = ("User-agent: *", *(f"Disallow: {address}" for address in BARRED))
    return Response(
        "\n".join(lines) + "\n",
        headers={"Cache-Control": "max-age=86400"},
        media_type="text/plain; charset=utf-8",
    )
