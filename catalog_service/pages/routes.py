"""All pages."""

from __future__ import annotations

from fastapi import FastAPI

from catalog_service.pages import (
    about,
    dataset,
    definitions,
    differences,
    entity,
    explore,
    home,
    reference,
    results,
    sparql,
)


def include(app: FastAPI) -> None:
    """Add the pages' routes."""
    for module in (
        home,
        results,
        dataset,
        differences,
        entity,
        explore,
        reference,
        about,
        definitions,
        sparql,
    ):
        app.include_router(module.router)
