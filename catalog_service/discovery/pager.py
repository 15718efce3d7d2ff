"""Links from page to page of a search: by number up to `MAX_WINDOW`, then by cursor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog_service.discovery.parameters import encode_cursor
from catalog_service.site.rendering import View
from search.limits import MAX_WINDOW
from search.model import Query, Result

PER_PAGE: Final = 20
_NUMBERED: Final = MAX_WINDOW // PER_PAGE
"""Pages that can be opened by their number: so far an index sorts hits by relevance."""


@dataclass(frozen=True, slots=True)
class Pager:
    """What a page of results says of the pages before and after it.

    ``text`` says which page of how many; None where the page has no number, because it was
    reached from the one before it. ``note`` says what can't be paged through, with the order
    in which one can go on (``order``: its name and address).
    """

    text: str | None
    previous: str | None
    first: str | None
    next: str | None
    note: str | None = None
    order: tuple[str, str] | None = None


def pager_of(view: View, query: Query, result: Result, own: list[tuple[str, str]]) -> Pager | None:
    """Return the pager of a page; None where one page holds everything.

    By relevance an index can sort so many hits and no more; by date or title every hit can be
    reached: behind the numbered pages, each leads to the next by its last hit.
    """
    pages = max(1, -(-result.rows // PER_PAGE))
    if query.cursor is not None:
        onward = _onward(view, result, own)
        return Pager(None, None, view.link("/datasets", own), onward)
    page = query.offset // PER_PAGE + 1
    if pages == 1 and page == 1:
        return None
    by_relevance = bool(query.text) and query.sort == "relevance"
    if page < min(pages, _NUMBERED):
        following: str | None = _numbered(view, own, page + 1)
    else:
        following = None if by_relevance or page >= pages else _onward(view, result, own)
    beyond = by_relevance and pages > _NUMBERED
    return Pager(
        view.gettext("Page {page:,} of {pages:,}", page=page, pages=pages),
        _numbered(view, own, page - 1) if page > 1 else None,
        None,
        following,
        view.gettext(
            "By relevance, the first {count:,} can be paged through. To see the "
            "rest, add a filter, or sort differently:",
            count=_NUMBERED * PER_PAGE,
        )
        if beyond
        else None,
        (view.label("sort", "modified"), _by_date(view, own)) if beyond else None,
    )


def _numbered(view: View, own: list[tuple[str, str]], page: int) -> str:
    offset = (page - 1) * PER_PAGE
    return view.link("/datasets", [*own, ("offset", str(offset))] if offset else own)


def _onward(view: View, result: Result, own: list[tuple[str, str]]) -> str | None:
    cursor = encode_cursor(result.cursor)
    return view.link("/datasets", [*own, ("cursor", cursor)]) if cursor else None


def _by_date(view: View, own: list[tuple[str, str]]) -> str:
    return view.link("/datasets", [*((n, v) for n, v in own if n != "sort"), ("sort", "modified")])
