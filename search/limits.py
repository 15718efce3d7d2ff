"""The limits of searching: how much may be asked, and how much is looked at to answer."""

from __future__ import annotations

from typing import Final

MAX_QUERY: Final = 500
"""Characters of a search text."""
MAX_CLAUSES: Final = 96
"""Terms of a search text with their alternatives; later ones are left out."""
MAX_LIMIT: Final = 1_000
"""Hits of one page."""
MAX_WINDOW: Final = 10_000
"""``offset + limit``: every index has to sort that many hits to answer."""
MAX_FACET_SIZE: Final = 1_000
"""Values of one facet in a result."""
MAX_FILTER_VALUES: Final = 500
"""Values of all filters of a query together."""

MAX_PAGE: Final = 100
"""Hits of one page for a client of the API."""
MAX_PAGE_FACET_SIZE: Final = 200
"""Values of one facet for a client of the API."""
MAX_CHOSEN_VALUES: Final = 50
"""Values of one facet that a client may choose at once."""
MAX_TYPED: Final = 100
"""Characters of a text that is completed."""
MAX_SUGGESTIONS: Final = 20

MAX_DOCUMENTS: Final = 200_000
"""Documents that are read for words and suggestions; more would add few of either."""
WINDOW: Final = 200
"""How many of the first hits by the index's score are put in their fine order; the rest follow
in the index's."""
ENOUGH: Final = 10
"""Hits of a strict plan that make a looser one needless."""
CACHED_QUERIES: Final = 256
"""Queries for which parsed text, order, counts and other intermediate results are cached."""
CACHED_SUGGESTIONS: Final = 10_000
"""Suggestions of which is remembered whether they lead anywhere."""
CACHED_DOCUMENTS: Final = 32_000
"""Documents that an index and the ranking keep in memory: some 5 KiB each."""
