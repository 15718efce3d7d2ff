"""Kinds of errors of what is published for other programs."""

from __future__ import annotations

from typing import Final

from ontology.errors import ErrorKind

SITEMAP_NOT_FOUND: Final = ErrorKind(
    "sitemap-not-found",
    "There is no sitemap {name}. See /sitemap.xml for those that there are.",
    status=404,
)
