"""Who may write in the source catalogue: over the department that a claim names.

A department that the vocabulary does not know is nobody's: it takes a right over the whole city.
"""

from __future__ import annotations

from collections.abc import Callable

from catalog_service.accounts.service import Action, Principal, require
from catalog_service.context import Service
from catalog_service.source_catalog.identity import identity_of
from catalog_service.source_catalog.service import history

Demand = Callable[[str | None], object]
"""Raises unless an organization's claims may be written."""


def require_department(atlas: Service, principal: Principal | None, department: str) -> Principal:
    """Return who may write a department's claims; raises as `require` does."""
    organization = identity_of(atlas.vocabulary, "", department).organization
    return require(principal, Action.SOURCE_CATALOG_EDIT, organization)


def require_item(atlas: Service, principal: Principal | None, item_id: str) -> Principal:
    """Return who may write one claim, removed or not; raises ``unknown-item`` and as `require`."""
    return require_department(atlas, principal, _department(atlas, item_id))


def may_edit_item(atlas: Service, principal: Principal | None, item_id: str) -> bool:
    """Tell whether somebody may write one claim; raises ``unknown-item``."""
    organization = identity_of(atlas.vocabulary, "", _department(atlas, item_id)).organization
    return principal is not None and principal.may(Action.SOURCE_CATALOG_EDIT, organization)


def demanded_of(principal: Principal | None) -> Demand:
    """Return what demands of somebody to be allowed each organization of a table."""
    return lambda organization: require(principal, Action.SOURCE_CATALOG_EDIT, organization)


def _department(atlas: Service, item_id: str) -> str:
    return history(atlas, item_id)[-1].claim.department
