"""What other rooms may know of a dataset's description."""

from __future__ import annotations

from catalog_service.datasets.description import describe
from catalog_service.datasets.description_model import Access, Description, file_addresses

__all__ = ["Access", "Description", "describe", "file_addresses"]
