"""Pages of a list by number: which part is shown, and the addresses of the parts beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalog_service.site.rendering import View

PARAMETER = "page"


@dataclass(frozen=True, slots=True)
class Part:
    """One page of a list; ``first`` and ``last`` count from 1, both 0 of an empty list."""

    number: int
    first: int
    last: int
    total: int
    previous: str | None
    next: str | None

    @property
    def offset(self) -> int:
        """How many entries come before it."""
        return max(0, self.first - 1)


def part_of(
    view: View,
    path: str,
    total: int,
    per_page: int,
    own: Sequence[tuple[str, str]] = (),
    *,
    most: int | None = None,
) -> Part:
    """Return the page that the address asks for (``page``), the nearest there is.

    ``own`` is the rest of the query string; of more than ``most`` entries the first can be paged
    through.
    """
    pages = max(1, -(-min(total, most or total) // per_page))
    asked = view.request.query_params.get(PARAMETER, "")
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 1
    number = min(max(wanted, 1), pages)

    def address(page: int) -> str:
        return view.link(path, [*own, *([(PARAMETER, str(page))] if page > 1 else [])])

    return Part(
        number,
        min((number - 1) * per_page + 1, total),
        min(number * per_page, total),
        total,
        address(number - 1) if number > 1 else None,
        address(number + 1) if number < pages else None,
    )
