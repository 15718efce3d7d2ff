"""Which organization is asked for."""

from __future__ import annotations

from catalog_service.accounts.service import organization_named
from catalog_service.context import Service


def named(atlas: Service, organization: str) -> str:
    """Return an organization's IRI by IRI, code or name; empty: all.

    A publisher that the vocabulary does not know is named by its IRI alone. Raises
    ``unknown-organization``.
    """
    if not organization or ":" in organization:
        return organization
    return organization_named(atlas.vocabulary, organization)
