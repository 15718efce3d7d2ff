"""Parameters that the pages and the routes of agreements share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

AnyVersion = Annotated[int | None, Query(ge=1, le=999_999)]
OfDataset = Annotated[str | None, Query(max_length=2_000)]
