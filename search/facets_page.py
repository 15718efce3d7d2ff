"""``docs/facets.md``: the facets as they are registered.

`python -m search.facets_page > docs/facets.md` writes it.
"""

from __future__ import annotations

import sys
from typing import Final

from search.facets import REGISTERED, Facet

_HEAD: Final = """# Facets

Written by `python -m search.facets_page > docs/facets.md`; a test holds it. What the values mean
and how a facet is added is in [search.md](search.md). Those of which it is said know the value
`not-stated` too: what has no other.

| facet | values | shown | `not-stated` |
|---|---|---|---|
"""
_ORDER: Final = {
    "frequent": "most frequent first",
    "listed": "in this order",
    "latest": "latest first",
}


def page() -> str:
    """Return the page."""
    return _HEAD + "".join(
        f"| `{facet.name}` | {_values(facet)} | {_ORDER[facet.order]} "
        f"| {'yes' if facet.unstated else ''} |\n"
        for facet in REGISTERED
    )


def _values(facet: Facet) -> str:
    if facet.scheme is not None:
        return f"concepts of the scheme `{facet.scheme}`, by IRI or notation"
    if facet.nested:
        return "places from the city down: `上海市`, `上海市/浦东新区`"
    named = ", ".join(f"`{value}` ({english})" for value, english in facet.values.items())
    return named or "as the records have them"


if __name__ == "__main__":
    sys.stdout.write(page())
