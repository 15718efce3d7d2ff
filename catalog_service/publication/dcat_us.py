"""Public datasets in DCAT-US 3 (https://resources.data.gov/resources/dcat-us3/), one object each.

Nothing is invented where a record does not say what the schema demands: a dataset without an e-mail
address has an empty list of contacts, one without a description is described by its title, one
without a publisher by the name of its source. ``accessLevel`` is of DCAT-US 1.1, which most readers
still expect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

import orjson

from catalog_service.answers import Named
from catalog_service.context import Service
from catalog_service.datasets.model import (
    Access,
    Description,
    describe,
    file_addresses,
    those_described,
)
from catalog_service.journal.model import StoredRecord
from catalog_service.links import dataset_path
from ontology.dates import read_date
from ontology.languages import Texts, pick
from ontology.limits import MIB
from ontology.record import CATALOG_PATH
from translations import LANGUAGES, translator

CONFORMS_TO: Final = "https://resources.data.gov/dcat-us3"
_AT_ONCE: Final = 100
"""Records that are read at a time."""
_LONGEST: Final = 8 * MIB
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_WEB: Final = re.compile(r"https?://\S+")
_LEVELS: Final = {
    "unconditional": "public",
    "conditional": "restricted public",
    "none": "non-public",
}
_FREQUENCIES: Final = {
    "annual": "R/P1Y",
    "biennial": "R/P2Y",
    "bimonthly": "R/P2M",
    "biweekly": "R/P2W",
    "continuous": "R/PT1S",
    "daily": "R/P1D",
    "decennial": "R/P10Y",
    "hourly": "R/PT1H",
    "irregular": "irregular",
    "monthly": "R/P1M",
    "never": "notPlanned",
    "quarterly": "R/P3M",
    "quinquennial": "R/P5Y",
    "semiannual": "R/P6M",
    "semimonthly": "R/P0.5M",
    "thrice-monthly": "R/P0.33M",
    "triennial": "R/P3Y",
    "twice-daily": "R/PT12H",
    "weekly": "R/P1W",
}
"""Notations of our vocabulary as ISO 8601 repeating durations, or codes of ISO 19115."""

Found = dict[str, Any]


def document(atlas: Service) -> Iterator[bytes]:
    """Yield the whole catalogue as one JSON document, some records at a time.

    As the paged catalogue it reads each part when it comes to it: what changes meanwhile is in it
    before or after the change, and what was closed meanwhile is not. A record that cannot be
    described is left out, and logged.
    """
    settings = atlas.settings
    head: Found = {
        "@id": f"{settings.base_iri}{CATALOG_PATH}",
        "@type": "Catalog",
        "conformsTo": {"@id": CONFORMS_TO, "@type": "Standard", "title": "DCAT-US 3"},
        "title": " · ".join(translator(lang).gettext("Shanghai Data Atlas") for lang in LANGUAGES),
        "language": ["zh", "en"],
        "homepage": {"@type": "Document", "title": "/", "accessURL": f"{settings.public_url}/"},
    }
    yield orjson.dumps(head)[:-1] + b',"dataset":['
    sources = {source.id: source.title for source in atlas.journal.sources()}
    between = b"\n"
    first: int | None = 1
    while first is not None:
        found, first = atlas.journal.public_records(first, _AT_ONCE, _LONGEST)
        written = partial(_line, atlas, sources)
        lines = [*those_described(found, written, lambda one: one.iri)]
        if lines:
            yield between + b",\n".join(lines)
            between = b",\n"
    yield b"\n]}\n"


def _line(atlas: Service, sources: dict[str, str], record: StoredRecord) -> bytes:
    return orjson.dumps(_dataset(atlas, record, sources))


def _dataset(atlas: Service, record: StoredRecord, sources: dict[str, str]) -> Found:
    said = describe(
        record.nquads or "",
        iri=record.iri,
        focus=record.focus,
        source=record.source,
        remote_id=record.remote_id,
        concepts=atlas.vocabulary,
    )
    title = _text(said.title)
    publisher = _publisher(said) or {"name": sources.get(record.source) or record.source}
    page = atlas.settings.public_url + dataset_path(record.source, record.remote_id)
    found: Found = {
        "@id": record.focus,
        "@type": "Dataset",
        "identifier": record.focus,
        "title": title,
        "description": _text(said.description) or title,
        "publisher": {"@type": "Organization", **publisher},
        "contactPoint": [*_contacts(said, publisher["name"])],
        "landingPage": {
            "@type": "Document",
            "title": title,
            "accessURL": next((p for p in said.landing_pages if _WEB.fullmatch(p)), page),
        },
        "page": [{"@type": "Document", "title": title, "accessURL": page}],
        "keyword": [word for word in said.keywords if word],
        "theme": [_concept(one) for one in said.themes],
        "spatial": [_place(one) for one in said.spatial],
        "temporal": [*_periods(said)],
        "issued": _day(said.issued),
        "modified": _day(said.modified),
        "language": "zh",
        "distribution": [_distribution(said, one) for one in said.distributions],
        "rights": [text for one in said.conditions if (text := _text(one))],
    }
    if said.open_type is not None:
        found["accessRights"] = _text(said.open_type.label) or said.open_type.notation
        found["accessLevel"] = _LEVELS.get(said.open_type.notation or "")
    if said.frequency is not None:
        found["accrualPeriodicity"] = _FREQUENCIES.get(said.frequency.notation or "")
    return {name: value for name, value in found.items() if value or name == "contactPoint"}


def _text(texts: Texts) -> str:
    return pick(texts, "zh")


def _publisher(said: Description) -> Found | None:
    for one in said.publishers:
        if name := _text(one.label):
            return {"name": name} if one.iri is None else {"@id": one.iri, "name": name}
    return None


def _contacts(said: Description, publisher: str) -> Iterator[Found]:
    for one in said.contacts:
        email = one.get("email", "").strip()
        if _EMAIL.fullmatch(email):
            name = one.get("name") or publisher
            yield {"@type": "Kind", "fn": name, "hasEmail": f"mailto:{email}"}


def _concept(one: Named) -> Found:
    found: Found = {"@type": "Concept", "prefLabel": _text(one.label) or one.iri or ""}
    if one.iri is not None:
        found["@id"] = one.iri
    if one.notation is not None:
        found["notation"] = [one.notation]
    return found


def _place(one: Named) -> Found:
    found: Found = {"@type": "Location", "prefLabel": _text(one.label) or one.iri or ""}
    if one.iri is not None:
        found["@id"] = one.iri
    return found


def _periods(said: Description) -> Iterator[Found]:
    for begin, end in said.temporal:
        days = {"startDate": _day(begin), "endDate": _day(end)}
        known = {name: day for name, day in days.items() if day is not None}
        if known:
            yield {"@type": "PeriodOfTime", **known}


def _day(text: str | None) -> str | None:
    """Return a date as the schema has it: a day, a month or a year; None for what is no date."""
    found = None if text is None else read_date(text)
    return None if found is None else found.shown


def _distribution(said: Description, access: Access) -> Found:
    found: Found = {"@type": "Distribution", "title": _text(access.title)}
    if access.format is not None:
        found["format"] = _text(access.format.label) or access.format.notation
    files = [one for one in file_addresses(said, access) if _WEB.fullmatch(one)]
    others = [*access.access_urls, *access.endpoint_urls, *access.download_urls]
    pages = [one for one in others if _WEB.fullmatch(one) and one not in files]
    found["downloadURL"] = next(iter(files), None)
    found["accessURL"] = next(iter(pages), None)
    found["byteSize"] = None if access.byte_size is None else str(access.byte_size)
    found["description"] = _text(access.description)
    licenses = [one.iri or _text(one.label) for one in access.licenses or said.licenses]
    found["license"] = next(iter(licenses), None)
    return {name: value for name, value in found.items() if value}
