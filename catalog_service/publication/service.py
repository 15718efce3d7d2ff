"""Sitemaps (sitemaps.org): the pages of all public datasets, in parts, with when each changed.

A part is a range of record numbers, given in the order of creation: no dataset moves to another
part, and a part of which nothing changed keeps its time in the index.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from xml.sax.saxutils import escape

from catalog_service.context import Service
from catalog_service.links import page_path
from catalog_service.publication.errors import SITEMAP_NOT_FOUND
from ontology.errors import AtlasError

PART: Final = 50_000
"""Record numbers of a part: as many addresses as a sitemap may have."""

INDEX: Final = "/sitemap.xml"
PAGES: Final = "pages"
_SITEMAPS: Final = "/sitemaps"
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_STANDING: Final = (
    *("/", "/datasets", "/sources", "/rules", "/vocabulary", "/source-catalog", "/network"),
    *("/dumps/", "/about", "/about/api"),
)
"""Pages that are not a dataset's."""


def sitemap_index(atlas: Service) -> str:
    """Return the index of all parts; it holds as many as there are, 50,000 at most."""
    base = atlas.settings.public_url
    lines = [_entry("sitemap", f"{base}{_SITEMAPS}/{PAGES}.xml")]
    for part, changed in atlas.journal.public_parts(PART).items():
        lines.append(_entry("sitemap", f"{base}{_SITEMAPS}/datasets-{part + 1}.xml", changed))
    return f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{"".join(lines)}</sitemapindex>\n'


def sitemap(atlas: Service, name: str) -> str:
    """Return a part by its name: ``pages``, or ``datasets-1`` and so on.

    Raises ``sitemap-not-found``.
    """
    kind, _, number = name.partition("-")
    if name == PAGES:
        lines = list(_pages(atlas))
    elif kind == "datasets" and number.isascii() and number.isdecimal() and number[0] != "0":
        lines = list(_datasets(atlas, int(number) - 1))
    else:
        lines = []
    if not lines:
        raise AtlasError(SITEMAP_NOT_FOUND, name=name[:40])
    return f'{_HEAD}<urlset xmlns="{_NAMESPACE}">\n{"".join(lines)}</urlset>\n'


def _pages(atlas: Service) -> Iterator[str]:
    base = atlas.settings.public_url
    themes = (f"/theme/{one.notation}" for one in atlas.vocabulary.concepts("domain"))
    schemes = (f"/vocabulary/{scheme}" for scheme in atlas.vocabulary.schemes())
    for path in (*_STANDING, *themes, *schemes):
        yield _entry("url", base + path)


def _datasets(atlas: Service, part: int) -> Iterator[str]:
    settings = atlas.settings
    # Larger numbers than a database counts up to.
    if part >= 2**40:
        return
    for iri, changed in atlas.journal.public_part(part, PART):
        yield _entry("url", settings.public_url + page_path(settings.base_iri, iri), changed)


def _entry(kind: str, address: str, changed: datetime | None = None) -> str:
    when = "" if changed is None else f"<lastmod>{changed:%Y-%m-%dT%H:%M:%SZ}</lastmod>"
    return f"<{kind}><loc>{escape(address)}</loc>{when}</{kind}>\n"


def robots(atlas: Service) -> str:
    """Return what crawlers are asked to leave alone (RFC 9309): what costs, or never ends."""
    lines = [
        "# Everything as files: /dumps/  As an event stream: /ldes  In DCAT: /catalog.ttl",
        "User-agent: *",
        *(f"Disallow: {path}" for path in _DISALLOWED),
        f"Sitemap: {atlas.settings.public_url}{INDEX}",
    ]
    return "\n".join(lines) + "\n"


_DISALLOWED: Final = (
    "/sparql",
    "/api/",
    # Every search, facet and page of results has an address of its own: there are endless ones.
    "/datasets?",
    "/feeds/",
    "/explore?",
    "/source-catalog?",
    "/duplicates",
    "/health/",
    "/metrics",
    # Each version of each record.
    "/*?at=",
    "/*&at=",
    "/*/changes/",
    # Large files, which are for programs that mean to have them.
    "/dumps/*/",
)
