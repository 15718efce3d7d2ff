"""What the API answers of results that are shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from catalog_service.answers import Shown
from catalog_service.context import Service
from catalog_service.results.model import Result
from catalog_service.results.naming import result_iri, result_path
from catalog_service.results.service import AwardStep, awards_of
from ontology.languages import Texts


class AwardAnswer(Shown):
    """A distinction that was given, or taken away."""

    award: str
    year: int
    given: bool
    day: date
    reason: str


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
    awards: list[AwardAnswer]


class ResultsAnswer(Shown):
    """Some results, the newest first."""

    total: int
    results: list[ResultAnswer]


def result_answers(atlas: Service, found: Sequence[Result]) -> list[ResultAnswer]:
    """Return the answers about some results, in their order."""
    public = atlas.journal.public_among(sorted({iri for one in found for iri in one.datasets}))
    awards: defaultdict[int, list[AwardStep]] = defaultdict(list)
    for step in awards_of(atlas, [one.case for one in found]):
        awards[step.case].append(step)
    return [_answer(atlas, one, public, awards[one.case]) for one in found]


def _answer(
    atlas: Service, one: Result, public: Mapping[str, str], awards: Sequence[AwardStep]
) -> ResultAnswer:
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
        awards=[
            AwardAnswer(
                award=step.award,
                year=step.year,
                given=step.given,
                day=step.day,
                reason=step.reason,
            )
            for step in awards
        ],
    )
