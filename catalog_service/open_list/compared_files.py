"""Differences of lists as files: JSON, a workbook, Turtle."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import orjson
from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.open_list.compared_rdf import write_turtle
from catalog_service.open_list.comparing import Comparison
from catalog_service.open_list.exchange.answers import MEDIA_TYPE
from catalog_service.open_list.outcomes import comparison_answer
from translations import Lang

Suffix = Literal["json", "xlsx", "ttl"]

_TYPES = {"json": "application/json", "xlsx": MEDIA_TYPE, "ttl": "text/turtle; charset=utf-8"}


def written(atlas: Service, lang: Lang, found: Comparison, suffix: Suffix) -> bytes:
    """Return a comparison as one of the three."""
    if suffix == "ttl":
        return write_turtle(found, atlas.settings.base_iri)
    if suffix == "xlsx":
        # Only here: its library loads numpy, which a service without vectors does without.
        from catalog_service.open_list.compared_workbook import write_compared  # noqa: PLC0415

        return write_compared(found, lang)
    return orjson.dumps(comparison_answer(found).model_dump(mode="json"))


def answer(
    atlas: Service, lang: Lang, found: Comparison, suffix: Suffix, headers: Mapping[str, str]
) -> Response:
    """Return it over HTTP; a workbook is saved."""
    more = dict(headers)
    if suffix == "xlsx":
        file = f"open-list-{found.year}-differences.xlsx"
        more["Content-Disposition"] = f'attachment; filename="{file}"'
    return Response(written(atlas, lang, found, suffix), media_type=_TYPES[suffix], headers=more)
