"""Parameters that pages and routes of the room share."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

Organization = Annotated[
    str | None,
    Query(
        max_length=1_024,
        description="IRI of a publisher; what lies below it counts, and its successors.",
    ),
]
