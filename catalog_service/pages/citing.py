"""How to cite a dataset, and what search engines read of it (schema.org)."""

from __future__ import annotations

import json
from datetime import date

from markupsafe import Markup

from catalog_service.api.description import Description
from catalog_service.pages.view import View


def citation(view: View, description: Description, today: date) -> str:
    """Return a reference: who, when, what, where, and the day on which it was looked at."""
    return view.t(
        "cite.text",
        publisher=", ".join(view.pick(p.label) for p in description.publishers)
        or view.t("cite.nobody"),
        year=(description.modified or description.issued or today.isoformat())[:4],
        title=view.pick(description.title),
        iri=description.iri,
        day=today.isoformat(),
    )


def json_ld(view: View, description: Description, page: str) -> Markup:
    """Return a schema.org ``Dataset`` as JSON that is safe inside a script element."""
    found: dict[str, object] = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": description.iri,
        "url": page,
        "name": view.pick(description.title),
        "identifier": description.iri,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
    }
    if description.description:
        found["description"] = view.pick(description.description)[:5_000]
    if description.keywords:
        found["keywords"] = description.keywords[:30]
    if description.issued:
        found["datePublished"] = description.issued[:10]
    if description.modified:
        found["dateModified"] = description.modified[:10]
    if description.publishers:
        found["publisher"] = [
            {"@type": "GovernmentOrganization", "name": view.pick(p.label)}
            for p in description.publishers
        ]
    if description.spatial:
        found["spatialCoverage"] = [view.pick(p.label) for p in description.spatial]
    files = [
        {
            "@type": "DataDownload",
            "contentUrl": a.download_urls[0],
            **({"encodingFormat": view.pick(a.format.label)} if a.format else {}),
        }
        for a in description.distributions
        if a.download_urls
    ]
    if files:
        found["distribution"] = files
    text = json.dumps(found, ensure_ascii=False)
    # "</script>" in a title must not end the element, nor "<!--" open a comment.
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - everything that could end the element is escaped above
