"""A list as a workbook, as it is answered over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from starlette.responses import Response

from catalog_service.context import Service
from catalog_service.open_list.model import Content
from translations import Lang

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_of(atlas: Service, lang: Lang, content: Content, name: tuple[str, int]) -> bytes:
    """Return the list of an organization and a year as XLSX, in one language."""
    # Only here: its library loads numpy, which a service without vectors does without.
    from catalog_service.open_list.exchange.writing import ListWriter  # noqa: PLC0415

    called = atlas.accounts.hierarchy.names(name[0])
    return ListWriter(atlas.vocabulary, lang).workbook(content, *name, called[lang])


def workbook_answer(
    atlas: Service,
    lang: Lang,
    content: Content,
    name: tuple[str, int],
    headers: Mapping[str, str],
) -> Response:
    """Return it as a file that is saved, under the organization's name."""
    title = quote(f"{atlas.accounts.hierarchy.names(name[0])[lang]} {name[1]}.xlsx", safe="")
    disposition = f"attachment; filename=open-list-{name[1]}.xlsx; filename*=UTF-8''{title}"
    return Response(
        workbook_of(atlas, lang, content, name),
        media_type=MEDIA_TYPE,
        headers={**headers, "Content-Disposition": disposition},
    )
