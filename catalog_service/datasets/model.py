"""What other rooms may know of a dataset's description."""

from __future__ import annotations

from catalog_service.datasets.description import describe
from catalog_service.datasets.description_model import Access, Description, file_addresses
from catalog_service.datasets.undescribed import those_described

__all__ = ["Access", "Description", "describe", "file_addresses", "those_described"]
