"""What search engines read of the first page and of an entity's page: schema.org as JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from catalog_service.site.rendering import View
from catalog_service.site.schema_org import KINDS, Said


def catalog(view: View, base: str) -> Said:
    """Describe the whole catalogue, with the address of its search."""
    return {
        "@type": "DataCatalog",
        "@id": f"{base}/",
        "url": f"{base}/",
        "name": view.gettext("Shanghai Data Atlas"),
        "alternateName": ["上海公共数据图谱", "Shanghai Data Atlas"],
        "description": view.gettext(
            "Find the public data of Shanghai’s departments and districts: "
            "what it is, whether you may use it, how to get it."
        ),
        "inLanguage": ["zh-CN", "en"],
        "isAccessibleForFree": True,
        "spatialCoverage": {"@type": "City", "name": "上海 Shanghai"},
        "potentialAction": {
            "@type": "SearchAction",
            "target": {
                "@type": "EntryPoint",
                "urlTemplate": f"{base}/datasets?q={{search_term_string}}",
            },
            "query-input": "required name=search_term_string",
        },
    }


def collection(
    view: View,
    base: str,
    *,
    kind: str,
    iri: str | None,
    name: str,
    others: Sequence[str],
    total: int,
    datasets: Iterable[tuple[str, str]],
) -> Said:
    """Describe an organisation, a district, a domain or a data item with its datasets.

    ``datasets`` are names and addresses, those shown first; ``others`` are its other names.
    """
    about: Said = {"@type": KINDS[kind], "name": name}
    if iri is not None:
        about["@id"] = iri
    if others:
        about["alternateName"] = list(others)
    return {
        "@type": "CollectionPage",
        "url": f"{base}{view.request.scope['path']}",
        "name": name,
        "isPartOf": {
            "@type": "DataCatalog",
            "@id": f"{base}/",
            "name": view.gettext("Shanghai Data Atlas"),
        },
        "about": about,
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": total,
            "itemListElement": [
                {"@type": "ListItem", "position": number, "name": title, "url": address}
                for number, (title, address) in enumerate(datasets, 1)
            ],
        },
    }
