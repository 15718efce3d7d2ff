"""schema.org: what search engines and general tools read, as JSON-LD; texts in one language."""

from __future__ import annotations

from functools import partial

from catalog_service.datasets import schema_org
from catalog_service.datasets.profiles.model import Document, Source
from ontology.languages import pick


def document(source: Source) -> Document | None:
    """Return a version as a schema.org ``Dataset``, as its page holds it."""
    picked = partial(pick, wanted=source.lang)
    said = schema_org.dataset(picked, source.base, source.description, source.page)
    return {"@context": "https://schema.org/", **said}
