"""What the API and commands answer of cases; of others' only what everybody may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from catalog_service.accounts.service import Principal
from catalog_service.answers import Shown
from catalog_service.context import Service
from catalog_service.participation.clocks import Counted
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.model import Case, KindName
from catalog_service.participation.papers import paper_as_json
from catalog_service.participation.public_cases import clocks_of_all
from catalog_service.participation.service import Open, Seen, possible_steps
from catalog_service.participation.stored_cases import counts_of_followers
from catalog_service.participation.subjects import public_title


class ClockAnswer(Shown):
    """A term in working days, by the rule that sets it."""

    rule: str
    started: date
    working_days: int
    used: int
    due: date | None
    """The last day; null: it was reached, or stands still."""
    reached: date | None
    late: bool


class CaseAnswer(Shown):
    """A case as everybody may read it."""

    name: str
    kind: KindName
    state: str
    ended: bool
    title: str | None
    topic: str | None
    dataset: str | None
    """IRI of a public dataset."""
    organization: str | None
    opened: date
    changed: datetime
    followers: int
    clocks: list[ClockAnswer]


class CaseStepAnswer(Shown):
    """A step that was taken; ``text`` for those who may read what was written."""

    step: str
    state: str
    time: datetime
    organization: str | None
    details: dict[str, str | int | None]
    text: str | None = None


class OneCaseAnswer(CaseAnswer):
    """A case with its steps."""

    steps: list[CaseStepAnswer]
    form: dict[str, Any] | None
    """What an application or a result says beside its text, for who may read it."""
    possible: list[str]
    """The steps that whoever asks may take now."""


class CasesAnswer(Shown):
    """Some cases of a kind, the last one touched first."""

    total: int
    cases: list[CaseAnswer]


def case_answer(atlas: Service, found: Open) -> CaseAnswer:
    """Return the answer about one, without its steps."""
    case = found.case
    dataset = case.subject
    if dataset is not None and public_title(atlas, dataset) is None:
        dataset = None
    return CaseAnswer(
        name=case.name,
        kind=case.kind,
        state=case.state,
        ended=case.state in MACHINES[case.kind].final,
        title=case.title,
        topic=case.topic,
        dataset=dataset,
        organization=case.organization,
        opened=case.opened,
        changed=case.steps[-1].time,
        followers=found.followers,
        clocks=[_clock(one) for one in found.clocks],
    )


def cases_answer(atlas: Service, total: int, found: Sequence[Case]) -> CasesAnswer:
    """Return the answer about some, for who may see them."""
    with atlas.journal.reading_tables() as connection:
        following = counts_of_followers(connection, [one.number for one in found])
    clocks = clocks_of_all(atlas, found)
    shown = [
        Open(one, runs, following.get(one.number, 0))
        for one, runs in zip(found, clocks, strict=True)
    ]
    return CasesAnswer(total=total, cases=[case_answer(atlas, one) for one in shown])


def whole_answer(
    atlas: Service, found: Open | Seen, principal: Principal | None = None
) -> OneCaseAnswer:
    """Return the answer about one with its steps, with what was written for who may read it.

    ``principal``: who asks, and is told what they may do.
    """
    case, seen = found.case, isinstance(found, Seen)
    texts = found.texts if isinstance(found, Seen) else {}
    shown = Open(case, found.clocks, found.followers)
    possible = possible_steps(atlas, principal, case) if seen and principal is not None else []
    return OneCaseAnswer(
        **case_answer(atlas, shown).model_dump(),
        steps=_steps(case, texts),
        form=paper_as_json(atlas, case.number, "form") if seen else None,
        possible=[one.name for one in possible],
    )


def _steps(case: Case, texts: dict[int, str]) -> list[CaseStepAnswer]:
    return [
        CaseStepAnswer(
            step=one.step,
            state=one.state,
            time=one.time,
            organization=one.organization,
            details=dict(one.details),
            text=texts.get(one.number),
        )
        for one in case.steps
    ]


def _clock(run: Counted) -> ClockAnswer:
    return ClockAnswer(
        rule=run.clock.rule,
        started=run.started,
        working_days=run.days,
        used=run.used,
        due=run.due,
        reached=run.reached,
        late=run.late,
    )
