"""Addresses of cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalog_service.participation.model import Case, KindName

NEW_DEMAND: Final = "/cases/new/demand"
STATISTICS: Final = "/cases/statistics"
NEW_SHARING: Final = "/cases/new/sharing"
NEW_OBJECTION: Final = "/cases/new/objection"
NEW_APPLICATION: Final = "/cases/new/application"
OWN: Final = "/cases"
"""What one brought up oneself."""
WORK: Final = "/workbench/cases"
PUBLIC: Final[Mapping[KindName, str]] = {
    "demand": "/demands",
    "objection": "/objections",
    "application": "/applications",
    "result": "/results",
}
"""What everybody may read, by kind."""


def asker_path(case: Case) -> str:
    """Return the page of a case for whoever brought it up."""
    return f"{OWN}/{case.name}"


def public_path(case: Case) -> str:
    """Return the page of a case for everybody."""
    return f"{PUBLIC[case.kind]}/{case.name}"
