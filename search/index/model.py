"""What is indexed of one record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """What is indexed of one public record; facet values are concept IRIs or plain keys.

    ``publishers`` are the names of ``facets["publisher"]``, in the same order. ``alternatives``
    are further titles: other languages, other names. Dates are
    written as `ontology.dates` writes them.
    """

    iri: str
    source: str
    remote_id: str
    hash: str
    title: str
    title_en: str = ""
    description: str = ""
    publishers: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    issued: str | None = None
    modified: str | None = None
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    alternatives: tuple[str, ...] = ()
    popularity: int = 0
    """Views, downloads and calls together, as the source counts them."""
    quality: float = 0.0
    """How complete the description is, 0 to 1."""
    description_en: str = ""
    """What a reader of English is shown, where it is another text."""
    period: tuple[str, str] = ("", "")
    """First and last day of what the data are about, as the record states them (`dct:temporal`)."""
    publisher_names: tuple[str, ...] = ()
    """Further names by which the publishers are found; an index does not give them back."""
