"""Desks: the source of an organization whose datasets are described on pages here."""

from __future__ import annotations

from typing import Final

from catalog_service.accounts.service import set_owner
from catalog_service.context import Service
from ontology.concepts import Concept
from ontology.vocabulary import Vocabulary

DESK: Final = "desk-"
"""How the identifiers of such sources begin."""


def desk_of(vocabulary: Vocabulary, organization: str) -> str:
    """Return the identifier of an organization's desk."""
    concept = vocabulary.concept(organization)
    return f"{DESK}{concept.notation if concept is not None else 'other'}"


def organization_of(vocabulary: Vocabulary, source: str) -> Concept | None:
    """Return the organization of a desk; None for a source that is none."""
    if not source.startswith(DESK):
        return None
    wanted = source.removeprefix(DESK)
    return next((c for c in vocabulary.concepts("organization") if c.notation == wanted), None)


def open_desk(atlas: Service, organization: str) -> str:
    """Return an organization's desk, made where there is none yet; its gate enforces."""
    name = desk_of(atlas.vocabulary, organization)
    if atlas.journal.source(name) is None:
        concept = atlas.vocabulary.concept(organization)
        title = f"{concept.zh if concept is not None else name}（在线编目）"
        atlas.journal.put_source(name, kind="push", title=title, gate="enforce")
        set_owner(atlas.journal, atlas.vocabulary, name, organization)
    return name
