"""Addresses of results."""

from __future__ import annotations

from typing import Final

PATH: Final = "/results"
SECTION: Final = "/demands"
"""Taking part: where the head of every page leads to it."""
AWARDED: Final = "/results/awards"
UPLOADS: Final = "/uploads/results"
WORK: Final = "/workbench/results"
NEW: Final = "/cases/new/result"


def result_path(name: str) -> str:
    """Return the page of a result, by the number that people quote."""
    return f"{PATH}/{name}"


def result_iri(base_iri: str, name: str) -> str:
    """Return the IRI of a result in the graph."""
    return f"{base_iri}{result_path(name)}"
