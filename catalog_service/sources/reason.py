"""The reason that a steward gives for a decision."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import StringConstraints

MAX_REASON: Final = 1_000
"""Characters."""

Reason = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        min_length=1,
        max_length=MAX_REASON,
        pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$",
    ),
]
"""Text of one or more lines, which histories keep."""
