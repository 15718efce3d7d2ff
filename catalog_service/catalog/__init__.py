"""The one door for writes."""

from catalog_service.catalog.catalog import Catalog

__all__ = ["Catalog"]
