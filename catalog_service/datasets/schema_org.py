"""What search engines read of a page: schema.org as JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup

from catalog_service.datasets.description import Description, Named, file_addresses
from catalog_service.site.display_values import followable
from catalog_service.site.rendering import View
from ontology.dates import shown_date

KINDS: Final = {
    "publisher": "GovernmentOrganization",
    "district": "AdministrativeArea",
    "theme": "DefinedTerm",
    "field": "DefinedTerm",
}
"""The schema.org type of what an entity's page is about."""

LONGEST: Final = 5_000
"""Characters of a description that Google's dataset search takes."""
MOST: Final = 30

Said = dict[str, object]


def script(said: Said) -> Markup:
    """Return JSON-LD that is safe inside a script element."""
    text = json.dumps({"@context": "https://schema.org/", **said}, ensure_ascii=False)
    # "</script>" in a title must not end the element, nor "<!--" open a comment.
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - everything that could end the element is escaped above


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


def dataset(view: View, base: str, description: Description, page: str) -> Said:
    """Describe a dataset."""
    found: Said = {
        "@type": "Dataset",
        "@id": description.iri,
        "url": page,
        "name": view.pick(description.title),
        "identifier": description.iri,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": f"{base}/", "url": f"{base}/"},
    }
    if description.description:
        found["description"] = view.pick(description.description)[:LONGEST]
    if description.keywords:
        found["keywords"] = description.keywords[:MOST]
    if description.issued:
        found["datePublished"] = shown_date(description.issued)
    if description.modified:
        found["dateModified"] = shown_date(description.modified)
    found.update(_terms(view, description.licenses, description.rights))
    if description.publishers:
        found["publisher"] = [_publisher(view, one) for one in description.publishers]
    if description.spatial:
        found["spatialCoverage"] = [view.pick(p.label) for p in description.spatial]
    if description.data_items:
        found["variableMeasured"] = [view.pick(f.title) for f in description.data_items[:MOST]]
    files = [
        {
            "@type": "DataDownload",
            "contentUrl": address,
            **({"encodingFormat": view.pick(a.format.label)} if a.format else {}),
            **_terms(view, a.licenses, a.rights),
        }
        for a in description.distributions
        if (address := next(filter(None, map(followable, file_addresses(description, a))), None))
    ]
    if files:
        found["distribution"] = files
    return found


def _terms(view: View, licenses: Sequence[Named], rights: Sequence[Named]) -> Said:
    """Return what may be done with the data: addresses that can be followed, else words."""
    said: Said = {}
    for name, terms in (("license", licenses), ("usageInfo", rights)):
        told = [_term(view, one) for one in terms[:MOST]]
        if told:
            said[name] = told[0] if len(told) == 1 else told
    return said


def _term(view: View, one: Named) -> str | Said:
    if one.iri is not None and followable(one.iri) is not None:
        return one.iri
    return {"@type": "CreativeWork", "name": view.pick(one.label) or one.iri or ""}


def _publisher(view: View, one: Named) -> Said:
    said: Said = {"@type": KINDS["publisher"], "name": view.pick(one.label)}
    if one.iri:
        said["@id"] = one.iri
    return said
