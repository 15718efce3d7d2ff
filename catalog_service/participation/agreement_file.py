"""The agreement of an application as a file, for both who sign it."""

from __future__ import annotations

from catalog_service.accounts.service import Principal
from catalog_service.context import Service
from catalog_service.participation.agreements import file_of
from catalog_service.participation.model import Case
from catalog_service.participation.service import case_named, note_reading


def agreement_file(atlas: Service, principal: Principal, name: str) -> tuple[Case, bytes | None]:
    """Return a case and its agreement as PDF, and tell the audit; None: it has none.

    Raises ``unknown-case``.
    """
    case = case_named(atlas, principal, name)
    content = file_of(atlas, case) if case.kind == "application" else None
    if content is not None:
        note_reading(atlas, principal, case, agreement=True)
    return case, content
