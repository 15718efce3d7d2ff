"""Where the coverage of a year's lists stands."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Path, Query

from catalog_service.open_list.naming import PUBLIC

COVERAGE: Final = f"{PUBLIC}/{{year}}/coverage"
API: Final = "/api/v1/open-list/{year}/coverage"

Year = Annotated[int, Path(ge=2000, le=2999)]
Of = Annotated[str, Query(max_length=1_024)]
"""An organization: IRI, code or name; empty: all."""


def coverage_path(year: int) -> str:
    """Return the path of the page."""
    return COVERAGE.format(year=year)
