"""What search engines read of a dataset's page: schema.org as JSON-LD."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from catalog_service.answers import Named
from catalog_service.dataset_notes import DatasetNote
from catalog_service.datasets.description_model import Description, file_addresses
from catalog_service.site.display_values import followable
from catalog_service.site.schema_org import KINDS, Said
from ontology.dates import shown_date

LONGEST: Final = 5_000
"""Characters of a description that Google's dataset search takes."""
MOST: Final = 30

Pick = Callable[[Mapping[str, str]], str]
"""Chooses the text of the reader's language."""


def dataset(
    pick: Pick,
    base: str,
    description: Description,
    page: str,
    notes: Iterable[DatasetNote] = (),
) -> Said:
    """Describe a dataset; one that is announced to end ``expires`` on that day."""
    found: Said = {
        "@type": "Dataset",
        "@id": description.iri,
        "url": page,
        "name": pick(description.title),
        "identifier": description.iri,
        "inLanguage": "zh-CN",
        "isAccessibleForFree": True,
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": f"{base}/", "url": f"{base}/"},
    }
    if description.description:
        found["description"] = pick(description.description)[:LONGEST]
    if description.keywords:
        found["keywords"] = description.keywords[:MOST]
    if description.issued:
        found["datePublished"] = shown_date(description.issued)
    if description.modified:
        found["dateModified"] = shown_date(description.modified)
    found.update(_terms(pick, description.licenses, description.rights))
    ends = [note.day for note in notes if note.ends and note.day is not None]
    if ends:
        found["expires"] = min(ends).isoformat()
    if description.publishers:
        found["publisher"] = [_publisher(pick, one) for one in description.publishers]
    if description.spatial:
        found["spatialCoverage"] = [pick(p.label) for p in description.spatial]
    if description.data_items:
        found["variableMeasured"] = [pick(f.title) for f in description.data_items[:MOST]]
    files = [
        {
            "@type": "DataDownload",
            "contentUrl": address,
            **({"encodingFormat": pick(a.format.label)} if a.format else {}),
            **_terms(pick, a.licenses, a.rights),
        }
        for a in description.distributions
        if (address := next(filter(None, map(followable, file_addresses(description, a))), None))
    ]
    if files:
        found["distribution"] = files
    return found


def _terms(pick: Pick, licenses: Sequence[Named], rights: Sequence[Named]) -> Said:
    """Return what may be done with the data: addresses that can be followed, else words."""
    said: Said = {}
    for name, terms in (("license", licenses), ("usageInfo", rights)):
        told = [_term(pick, one) for one in terms[:MOST]]
        if told:
            said[name] = told[0] if len(told) == 1 else told
    return said


def _term(pick: Pick, one: Named) -> str | Said:
    if one.iri is not None and followable(one.iri) is not None:
        return one.iri
    return {"@type": "CreativeWork", "name": pick(one.label) or one.iri or ""}


def _publisher(pick: Pick, one: Named) -> Said:
    said: Said = {"@type": KINDS["publisher"], "name": pick(one.label)}
    if one.iri:
        said["@id"] = one.iri
    return said
