"""A dataset's description, in the shape that the API answers and the pages show."""

from __future__ import annotations

from typing import Final

from pydantic import Field

from catalog_service.answers import Named, Shown
from ontology.languages import Texts

MAX_SHOWN: Final = 500
"""Fields and files of one dataset that are described one by one; the RDF forms have them all."""


class DataItem(Shown):
    """A data item (数据项) of the dataset."""

    iri: str = ""
    """Of its column."""
    title: Texts
    datatype: str | None = None
    description: Texts = Field(default_factory=dict)
    required: bool | None = None


class Access(Shown):
    """A way to get the data: a file, an interface, a sample."""

    iri: str = ""
    title: Texts = Field(default_factory=dict)
    format: Named | None = None
    mode: Named | None = None
    access_urls: list[str] = Field(default=[])
    download_urls: list[str] = Field(default=[])
    byte_size: int | None = None
    endpoint_urls: list[str] = Field(default=[])
    endpoint_descriptions: list[str] = Field(default=[])
    description: Texts = Field(default_factory=dict)
    requires_application: bool | None = None
    licenses: list[Named] = Field(default=[])
    rights: list[Named] = Field(default=[])


class Unmapped(Shown):
    """A value that no vocabulary knows, kept as it was given."""

    property: str | None
    value: str
    reason: str | None


class Description(Shown):
    """One dataset, after ``ontology/profile.md``."""

    iri: str
    focus: str
    source: str
    remote_id: str
    title: Texts
    description: Texts
    publishers: list[Named]
    open_type: Named | None
    sharing_type: Named | None
    frequency: Named | None
    update_interval: str | None
    themes: list[Named]
    subjects: list[Named]
    keywords: list[str]
    issued: str | None
    modified: str | None
    spatial: list[Named]
    temporal: list[tuple[str | None, str | None]]
    landing_pages: list[str]
    row_count: int | None
    data_size: str | None
    resource_types: list[Named]
    data_items: list[DataItem]
    data_item_count: int
    distributions: list[Access]
    distribution_count: int
    samples: list[Access]
    conditions: list[Texts]
    condition_supplements: list[Texts]
    conditional_reasons: list[Named]
    agreements: list[Named]
    licenses: list[Named]
    rights: list[Named]
    contacts: list[dict[str, str]]
    provenance: list[Texts]
    security_level: Named | None
    libraries: list[Named]
    high_quality: bool | None
    score: str | None
    unmapped: list[Unmapped]


def file_addresses(description: Description, access: Access) -> list[str]:
    """Return where a file itself lies: a page about the dataset is no file."""
    pages = frozenset(description.landing_pages)
    return [address for address in access.download_urls if address not in pages]
