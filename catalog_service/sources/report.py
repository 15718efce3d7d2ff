"""The report of a run: what it changed, what it holds back or refused, and how that is mended.

Whoever is no steward of the source is told of changes that the public saw, and of these only while
the record may still be known of (`catalog_service.datasets.visibility`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Final, get_args

from catalog_service.accounts.service import Principal, may_read
from catalog_service.answers import Message
from catalog_service.context import Service
from catalog_service.datasets.service import shown_titles
from catalog_service.duplicates.service import RULE as REPEATS_RULE
from catalog_service.duplicates.service import repeats_of_city, waits_for
from catalog_service.journal.model import ChangeKind, Run, RunChange
from catalog_service.links import dataset_path
from catalog_service.rule_work.service import excepted_by_rule, with_exceptions
from catalog_service.rules.model import RuleTally
from catalog_service.rules.service import by_rule, tally
from catalog_service.sources.harvests.queries import harvest_state
from catalog_service.sources.report_model import (
    EFFECTS,
    MEND,
    Effect,
    HeldRecord,
    RepeatingRecord,
    ReportChange,
    RunReport,
    city_dataset,
    repeated_dataset,
)
from catalog_service.sources.run_answers import ProblemAnswer, RunDetail, run_detail
from catalog_service.sources.service import doubts_of
from catalog_service.sources.waiting_removals import (
    WaitingRemoval,
    renumbered,
    told_removals,
    waiting_removals,
)
from ontology.errors import AtlasError
from ontology.record import mint_iri
from shapes.report import Severity
from shapes.rule import Rule

_TAKEN_IN: Final[tuple[ChangeKind, ...]] = ("created", "updated", "revived", "released")
_AT_ONCE: Final = 500
_COMPARED: Final = 1_000
"""Changes of one page of records that repeat the city's: some 0.4 ms each."""


class Report:
    """Reads the parts of a run's report for one reader; raises ``unknown-run``."""

    def __init__(
        self, atlas: Service, run_id: str, principal: Principal | None, *, wait: bool = False
    ) -> None:
        """Read a run's report; with ``wait`` that records are compared is waited for."""
        self._wait = wait
        self.run: Run = atlas.journal.run(run_id)
        self.steward = may_read(principal, self.run.source)
        self._atlas = atlas
        self._principal = principal
        self._spans = self._numbers()

    @property
    def repeats_rule(self) -> Rule:
        """The rule that a record offends which repeats the city's."""
        return self._atlas.rules.get(REPEATS_RULE)

    def whole(
        self,
        *,
        changes_after: int,
        held_after: int,
        repeating_after: int,
        removals_after: int = 0,
        problems_after: int,
        limit: int,
    ) -> RunReport:
        """Return the report with one page of each of its lists."""
        changes, changes_next = self.changes(changes_after, limit)
        report = RunReport(
            run=self.detail(problems_after, limit),
            effects=self.effects(),
            changes=changes,
            changes_next=changes_next,
        )
        if not self.steward:
            return report
        held, held_next = self.held(held_after, limit)
        repeating, repeating_next = self.repeating(repeating_after)
        removals, removals_next = self.removals(removals_after, limit)
        return report.model_copy(
            update={
                "rules": self.rules(),
                "held": held,
                "held_next": held_next,
                "repeating": repeating,
                "repeating_next": repeating_next,
                "removals": removals,
                "removals_next": removals_next,
                "renumbered": self.renumbered(),
                "mend": MEND,
            }
        )

    def detail(self, after: int = -1, limit: int = 100) -> RunDetail:
        """Return the run, with the problems behind number ``after``."""
        return run_detail(self._atlas, self.run.id, self._principal, after=after, limit=limit)

    def effects(self) -> dict[str, int]:
        """Count the changes by effect."""
        counts: Counter[str] = Counter()
        for span in self._spans:
            found = self._atlas.journal.count_run_changes(self.run.id, span, seen=not self.steward)
            for (kind, public), count in found.items():
                counts[_effect(kind, public=public)] += count
        return {effect: counts[effect] for effect in EFFECTS if counts[effect]}

    def rules(self) -> list[RuleTally]:
        """Count by rule what the rules find, the gravest and most frequent first."""
        if not self.steward:
            return []
        counts: dict[tuple[str, str], list[int]] = {}
        for span in self._spans:
            for one in self._atlas.journal.run_findings(self.run.id, span):
                total = counts.setdefault((one.rule_id, one.severity), [0, 0])
                total[0], total[1] = total[0] + one.waiting, total[1] + one.taken_in
        excepted = excepted_by_rule(self._atlas, self.run.source)
        found = [
            tally(
                self._atlas.rules.get(rule),
                severity,
                held=held,
                flagged=flagged,
                excepted=excepted.get(rule, 0),
            )
            for (rule, severity), (held, flagged) in counts.items()
            if rule in self._atlas.rules
        ]
        order = get_args(Severity)
        found.sort(key=lambda one: (-one.held, order.index(one.severity), -one.flagged, one.rule))
        return found

    def changes(self, after: int, limit: int) -> tuple[list[ReportChange], int | None]:
        """Return the changes behind number ``after``, and where the next page begins."""
        found = self._listed(after, limit, None)
        titles = shown_titles(
            self._atlas, [(one.source, one.remote_id) for one in found], self._principal
        )
        told = [
            ReportChange(
                seq=one.seq,
                time=one.time,
                effect=_effect(one.kind, public=one.public),
                remote_id=one.remote_id,
                title=titles.get((one.source, one.remote_id), {}),
                url=self._url(one),
            )
            for one in found
            if self.steward or (one.source, one.remote_id) in titles
        ]
        return told, found[-1].seq if len(found) == limit else None

    def held(self, after: int, limit: int) -> tuple[list[HeldRecord], int | None]:
        """Return the records behind number ``after`` whose versions of this run still wait."""
        found = self._listed(after, limit, ("held",))
        atlas = self._atlas
        states = atlas.journal.states(self.run.source, [one.remote_id for one in found])
        waiting = [one for one in found if states[one.remote_id].held_seq == one.seq]
        titles = shown_titles(
            atlas, [(one.source, one.remote_id) for one in waiting], self._principal
        )
        told = []
        for one in waiting:
            report = atlas.journal.findings(one.iri)
            doubts = doubts_of(atlas.journal, states[one.remote_id])
            told.append(
                HeldRecord(
                    seq=one.seq,
                    remote_id=one.remote_id,
                    title=titles.get((one.source, one.remote_id), {}),
                    url=self._url(one),
                    findings=with_exceptions(
                        atlas,
                        self.run.source,
                        one.remote_id,
                        by_rule(report.findings if report else (), atlas.rules),
                    ),
                    doubts=[Message(zh=doubt.zh, en=doubt.en) for doubt in doubts],
                    repeats=[city_dataset(atlas, city) for city in waits_for(atlas, report)],
                )
            )
        return told, found[-1].seq if len(found) == limit else None

    def repeating(self, after: int) -> tuple[list[RepeatingRecord] | None, int | None]:
        """Return the records behind number ``after`` that repeat the city's as both stand now.

        None while records are being compared, or the index is away. A page looks at `_COMPARED`
        changes, however many of them repeat something.
        """
        changes = self._listed(after, _COMPARED, _TAKEN_IN)
        names = {_iri(self._atlas, one): one for one in changes}
        try:
            found = repeats_of_city(self._atlas, names, wait=self._wait)
        except AtlasError:
            found = None
        following = changes[-1].seq if len(changes) == _COMPARED else None
        if found is None:
            return None, None
        told = []
        for iri, pairs in found.items():
            one = names[iri]
            repeats = [repeated_dataset(self._atlas, pair) for pair in pairs]
            told.append(
                RepeatingRecord(
                    seq=one.seq,
                    remote_id=one.remote_id,
                    title=pairs[0].one.title,
                    url=self._url(one),
                    repeats=repeats,
                )
            )
        return told, following

    def removals(self, after: int, limit: int) -> tuple[list[WaitingRemoval], int | None]:
        """Return what waits to be removed behind the first ``after``, and where it goes on."""
        part = self._removals[after : after + limit]
        told = told_removals(self._atlas, self.run, part, self._principal)
        following = after + limit
        return told, following if following < len(self._removals) else None

    def renumbered(self) -> int:
        """Return how many new records bear the title of one that waits to be removed."""
        return renumbered(self._atlas, self.run, self._removals, self._principal)

    @cached_property
    def _removals(self) -> list[str]:
        return waiting_removals(self._atlas, self.run) if self.steward else []

    def all_removals(self) -> Iterator[WaitingRemoval]:
        """Yield all records that wait to be removed; none for whoever is no steward."""
        after: int | None = 0
        while after is not None:
            page, after = self.removals(after, _AT_ONCE)
            yield from page

    def all_changes(self) -> Iterator[ReportChange]:
        """Yield all changes."""
        after: int | None = 0
        while after is not None:
            page, after = self.changes(after, _AT_ONCE)
            yield from page

    def all_held(self) -> Iterator[HeldRecord]:
        """Yield all records that wait; none for whoever is no steward."""
        after: int | None = 0 if self.steward else None
        while after is not None:
            page, after = self.held(after, _AT_ONCE)
            yield from page

    def all_repeating(self) -> Iterator[RepeatingRecord]:
        """Yield all records that repeat the city's; none for whoever is no steward."""
        after: int | None = 0 if self.steward else None
        while after is not None:
            page, after = self.repeating(after)
            yield from page or ()

    def all_problems(self) -> Iterator[ProblemAnswer]:
        """Yield all problems; none for whoever is no steward."""
        after: int | None = -1
        while after is not None:
            page = self.detail(after, _AT_ONCE)
            yield from page.problems or ()
            after = page.next

    def _listed(
        self, after: int, limit: int, kinds: Sequence[ChangeKind] | None
    ) -> list[RunChange]:
        found: list[RunChange] = []
        for span in self._spans:
            rest = range(max(span.start, after + 1), span.stop)
            found += self._atlas.journal.run_changes(
                self.run.id, rest, limit=limit - len(found), kinds=kinds, seen=not self.steward
            )
        return found

    def _numbers(self) -> list[range]:
        """Return between which numbers the run's changes stand: its own, its decision's."""
        atlas, run = self._atlas, self.run
        spans = [(run.started, run.finished or atlas.clock.now())]
        state = harvest_state(atlas.journal, run.id)
        if state is not None and state.decided is not None:
            spans.append(state.decided)
        found: list[range] = []
        for start, end in spans:
            numbers = atlas.journal.numbers_between(start, end)
            # Where the clock stood still the two may overlap.
            first = max(numbers.start, found[-1].stop) if found else numbers.start
            found.append(range(first, max(first, numbers.stop)))
        return found

    def _url(self, change: RunChange) -> str:
        return self._atlas.settings.public_url + dataset_path(change.source, change.remote_id)


def _iri(atlas: Service, change: RunChange) -> str:
    return mint_iri(atlas.settings.base_iri, change.source, change.remote_id)


def _effect(kind: ChangeKind, *, public: bool) -> Effect:
    if kind in _TAKEN_IN and not public:
        return "closed"
    return kind
