"""The part of an address that names a result."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

CaseName = Annotated[str, Path(alias="case", max_length=40)]
"""The number of a result, as people quote it."""
