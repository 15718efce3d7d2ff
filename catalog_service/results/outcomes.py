"""What the API answers of results that are shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from catalog_service.answers import Shown
from catalog_service.context import Service
from catalog_service.results.model import Result
from catalog_service.results.naming import result_iri, result_path
from ontology.languages import Texts


class ResultAnswer(Shown):
    """A result as everybody may read it."""

    name: str
    iri: str
    page: str
    kind: str
    title: Texts
    summary: Texts
    description: str
    address: str | None
    contact: str | None
    """Null: there is none, or its maker did not consent."""
    topic: str | None
    shown_since: date
    datasets: list[str]
    """IRIs of the datasets that are public now."""


class ResultsAnswer(Shown):
    """Some results, the newest first."""

    total: int
    results: list[ResultAnswer]


def result_answer(atlas: Service, one: Result, public: Mapping[str, str]) -> ResultAnswer:
    """Return the answer about one; ``public``: the datasets of public records."""
    return ResultAnswer(
        name=one.name,
        iri=result_iri(atlas.settings.base_iri, one.name),
        page=f"{atlas.settings.public_url}{result_path(one.name)}",
        kind=one.made,
        title=one.title,
        summary=one.summary,
        description=one.does,
        address=one.address or None,
        contact=one.contact or None,
        topic=one.topic,
        shown_since=one.day,
        datasets=[public[iri] for iri in one.datasets if iri in public],
    )
