"""How organizations of lists are named in addresses."""

from __future__ import annotations

from urllib.parse import quote

from ontology.vocabulary import Vocabulary

WORK = "/workbench/open-lists"
PUBLIC = "/open-list"


def segment(vocabulary: Vocabulary, organization: str) -> str:
    """Return what names an organization in a path: its notation, else its IRI, encoded."""
    concept = vocabulary.concept(organization)
    return quote(organization if concept is None else concept.notation, safe="")


def list_path(vocabulary: Vocabulary, organization: str, year: int) -> str:
    """Return the path of the page on which a list is worked on."""
    return f"{WORK}/{year}/{segment(vocabulary, organization)}"


def public_path(vocabulary: Vocabulary, organization: str, year: int) -> str:
    """Return the path of the page on which everybody reads it."""
    return f"{PUBLIC}/{year}/{segment(vocabulary, organization)}"
