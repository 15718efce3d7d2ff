"""Links from page to page of a search: by number up to `MAX_WINDOW`, then by cursor."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from catalog_service.discovery.parameters import encode_cursor
from catalog_service.site.rendering import View
from search.limits import MAX_WINDOW
from search.model import Query, Result

PER_PAGE: Final = 20
_NUMBERED: Final = MAX_WINDOW // PER_PAGE
"""Pages that can be opened by their number: so far an index sorts hits by relevance."""
_BESIDE: Final = 2
"""Pages before and after this one whose numbers are shown, beside the first and the last."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page by its number; ``address`` None for the page that is shown.

    ``gap``: pages between the one before and this one are not shown.
    """

    number: int
    address: str | None
    gap: bool = False


@dataclass(frozen=True, slots=True)
class Pager:
    """What a page of results says of the pages before and after it.

    ``text`` says which results of how many; None where the page has no number, because it was
    reached from the one before it. ``note`` says what can't be paged through, with the order
    in which one can go on (``order``: its name and address).
    """

    text: str | None
    previous: str | None
    first: str | None
    next: str | None
    note: str | None = None
    order: tuple[str, str] | None = None
    numbers: tuple[PageLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Beyond:
    """A page behind the last: what is said of it, and the way back."""

    text: str
    last: str
    first: str | None


def pager_of(view: View, query: Query, result: Result, own: list[tuple[str, str]]) -> Pager | None:
    """Return the pager of a page; None where one page holds everything.

    By relevance an index can sort so many hits and no more; by date or title every hit can be
    reached: behind the numbered pages, each leads to the next by its last hit.
    """
    pages = _pages(result)
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
        view.pgettext(
            "part of a list",
            "{first:,}–{last:,} of {total:,}",
            first=min(query.offset + 1, result.rows),
            last=min(query.offset + PER_PAGE, result.rows),
            total=result.rows,
        ),
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
        _links(view, own, page, min(pages, _NUMBERED)),
    )


def beyond_of(
    view: View, query: Query, result: Result, own: list[tuple[str, str]]
) -> Beyond | None:
    """Return what is said of a page behind the last; None for one that there is."""
    if query.cursor is not None or not result.rows or query.offset < result.rows:
        return None
    last = min(_pages(result), _NUMBERED)
    return Beyond(
        view.gettext(
            "There is no page {page:,}; the last of this search is page {last:,}.",
            page=query.offset // PER_PAGE + 1,
            last=last,
        ),
        _numbered(view, own, last),
        _numbered(view, own, 1) if last > 1 else None,
    )


def _pages(result: Result) -> int:
    return max(1, -(-result.rows // PER_PAGE))


def _links(view: View, own: list[tuple[str, str]], page: int, pages: int) -> tuple[PageLink, ...]:
    """Return the first page, the last, and those around this one."""
    near = range(page - _BESIDE, page + _BESIDE + 1)
    shown = [number for number in range(1, pages + 1) if number in (1, pages, *near)]
    # A gap of one page is no shorter than its number.
    whole = sorted({*shown, *(n + 1 for n, m in pairwise(shown) if m == n + 2)})
    return tuple(
        PageLink(
            number,
            None if number == page else _numbered(view, own, number),
            gap=position > 0 and whole[position - 1] < number - 1,
        )
        for position, number in enumerate(whole)
    )


def _numbered(view: View, own: list[tuple[str, str]], page: int) -> str:
    offset = (page - 1) * PER_PAGE
    return view.link("/datasets", [*own, ("offset", str(offset))] if offset else own)


def _onward(view: View, result: Result, own: list[tuple[str, str]]) -> str | None:
    cursor = encode_cursor(result.cursor)
    return view.link("/datasets", [*own, ("cursor", cursor)]) if cursor else None


def _by_date(view: View, own: list[tuple[str, str]]) -> str:
    return view.link("/datasets", [*((n, v) for n, v in own if n != "sort"), ("sort", "modified")])
