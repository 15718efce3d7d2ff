"""What the API answers of badges."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from catalog_service.answers import Shown
from catalog_service.quality.badges.counting import RULE, Aim
from catalog_service.quality.badges.model import BadgeDay, Criteria, Decision, Kind, Why
from ontology.languages import Texts


class CriterionAnswer(Shown):
    """What a dataset must meet; ``least`` is null where there is nothing to reach."""

    code: str
    kind: Kind
    of: str
    least: float | None
    name: Texts
    article: str


class CriteriaAnswer(Shown):
    """A version of the operator's table."""

    version: int
    in_force: date
    origin: str
    criteria: list[CriterionAnswer]


class JudgedAnswer(Shown):
    """What came of a criterion on that day; an empty value: it was not measured."""

    criterion: str
    met: bool
    value: str


class DecisionAnswer(Shown):
    """That a dataset got or lost the badge on a day, by a version of the table, and why."""

    day: date
    held: bool
    why: Why
    criteria: int
    judged: list[JudgedAnswer]


class HolderAnswer(DecisionAnswer):
    """A dataset that has the badge."""

    iri: str
    title: str


class BadgeAimAnswer(Shown):
    """How many the city aims at."""

    number: int
    since: date
    until: date | None


class BadgeDayAnswer(Shown):
    """How many had it at the end of a day, and how many got and lost it on it."""

    day: date
    criteria: int
    held: int
    awarded: int
    lost: int


class BadgesAnswer(Shown):
    """``criteria`` is null while the operator has filled in none; ``versions`` are all of them."""

    rule: str
    aims: list[BadgeAimAnswer]
    criteria: CriteriaAnswer | None
    versions: list[CriteriaAnswer]
    days: list[BadgeDayAnswer]
    total: int
    marked: int
    """Datasets that their platforms call high-quality."""
    datasets: list[HolderAnswer]
    next: int | None


def badges_answer(
    aims: Sequence[Aim],
    versions: Sequence[Criteria],
    in_force: Criteria | None,
    days: Sequence[BadgeDay],
    held: Sequence[Decision],
    titles: Mapping[str, str],
    part: tuple[int, int],
    marked: int,
) -> BadgesAnswer:
    """Return the answer about all; ``part``: offset and limit of the datasets that are listed."""
    offset, limit = part
    return BadgesAnswer(
        rule=RULE,
        aims=[BadgeAimAnswer(number=a.number, since=a.since, until=a.until) for a in aims],
        criteria=None if in_force is None else criteria_answer(in_force),
        versions=[criteria_answer(one) for one in versions],
        days=[
            BadgeDayAnswer(
                day=one.day, criteria=one.version, held=one.held, awarded=one.awarded, lost=one.lost
            )
            for one in days
        ],
        total=len(held),
        marked=marked,
        datasets=[
            HolderAnswer(
                iri=one.iri, title=titles.get(one.iri, ""), **decision_answer(one).model_dump()
            )
            for one in held[offset : offset + limit]
        ],
        next=offset + limit if offset + limit < len(held) else None,
    )


def criteria_answer(one: Criteria) -> CriteriaAnswer:
    """Return the answer about a version of the table."""
    return CriteriaAnswer(
        version=one.number,
        in_force=one.in_force,
        origin=one.origin,
        criteria=[
            CriterionAnswer(
                code=each.code,
                kind=each.kind,
                of=each.of,
                least=each.least,
                name=each.name,
                article=each.article,
            )
            for each in one.criteria
        ],
    )


def decision_answer(one: Decision) -> DecisionAnswer:
    """Return the answer about a decision."""
    return DecisionAnswer(
        day=one.day,
        held=one.held,
        why=one.why,
        criteria=one.version,
        judged=[
            JudgedAnswer(criterion=each.code, met=each.met, value=each.value) for each in one.judged
        ],
    )
