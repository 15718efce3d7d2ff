"""The part of an address that names a case."""

from __future__ import annotations

from typing import Annotated

from fastapi import Path

CaseName = Annotated[str, Path(alias="case")]
"""The number of a case, as people quote it."""
