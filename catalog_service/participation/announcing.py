"""Tells of a step: who may take the next one, who brought the case up, and who follows it.

A notice holds the number of a case, its state and its public title: nothing that somebody wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog_service.accounts.service import Action
from catalog_service.context import Service
from catalog_service.notices.service import Notice
from catalog_service.participation.kinds import MACHINES
from catalog_service.participation.machine import PARTIES
from catalog_service.participation.model import Case
from catalog_service.participation.naming import WORK, asker_path
from translations import LANGUAGES, in_all_languages, translator


@dataclass(frozen=True, slots=True)
class Told:
    """A notice and the identifiers of whom it goes to."""

    notice: Notice
    persons: Sequence[str]


def may_act(atlas: Service, case: Case) -> list[str]:
    """Return who may take the next step of a case as one who works here.

    Looked up outside the transaction that writes, which waits for nothing else.
    """
    steps = MACHINES[case.kind].steps_from(case.state)
    parties = {one.by for one in steps if one.waits} - {"asker", "clock"}
    # Who handles a case is told of it; where nobody is responsible yet, who sorts.
    party = "handler" if "handler" in parties and case.organization is not None else "sorter"
    if party not in parties:
        return []
    action = PARTIES[party] or Action.CASE_SORT
    return atlas.accounts.who_may.over(action, case.organization)


def notices_of(
    case: Case, own: str, may_follow: Sequence[str], followers: Sequence[str]
) -> Iterator[Told]:
    """Yield what is told of the last step of a case; ``own``: the identifier of who took it."""
    machine = MACHINES[case.kind]
    step = machine.step_named(case.steps[-1].step)
    label = case.state if step is None else step.label
    data = {
        "name": case.name,
        "kind": in_all_languages(machine.label),
        "step": in_all_languages(label),
        "state": {
            lang: translator(lang).pgettext("case state", machine.states[case.state])
            for lang in LANGUAGES
        },
        "title": case.title or "–",
    }
    waiting = [one for one in may_follow if one not in (own, case.asker)]
    if waiting:
        path = f"{WORK}/{case.name}"
        yield Told(Notice("case.waiting", data, case.subject, path, case.organization), waiting)
    if case.asker is not None and case.asker != own:
        path = asker_path(case)
        yield Told(Notice("case.step", data, case.subject, path), [case.asker])
    others = [one for one in followers if one not in (own, case.asker)]
    if others and case.title is not None:
        path = asker_path(case)
        yield Told(Notice("case.followed", data, case.subject, path), others)
