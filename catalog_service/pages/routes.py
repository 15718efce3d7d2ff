"""All pages."""

from __future__ import annotations

from fastapi import FastAPI

from catalog_service.pages import dataset, home, reference, results, sparql


def include(app: FastAPI) -> None:
    """Add the pages' routes."""
    for module in (home, results, dataset, reference, sparql):
        app.include_router(module.router)
