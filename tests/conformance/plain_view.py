"""A view over a list of documents, by plain loops: what every engine is held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence

from search.facets import FRESHNESS, GROUP
from search.index.fields import Prepared, prepare
from search.index.model import SearchDocument
from search.index.payload import StoredDocument, stored
from search.index.plan import UNKNOWN_DAY, Clause, Condition, Plan
from search.index.protocol import NO_QUESTION, Candidate, Found, IndexView, Question


class PlainIndex:
    """Gives whatever view a test has at the moment."""

    def __init__(self, newest: Callable[[], IndexView | None]) -> None:
        self._newest = newest

    def view(self, question: Question = NO_QUESTION) -> IndexView | None:
        return self._newest()


class PlainView:
    """Finds what a plan says, without any score."""

    checkpoint = 0

    def __init__(self, documents: Sequence[SearchDocument]) -> None:
        self._prepared = [prepare(document) for document in documents]
        self._stored = [stored(prepared.payload) for prepared in self._prepared]
        self.state: Hashable = object()

    def find(self, plan: Plan, limit: int, offset: int = 0) -> Found:
        found = [
            (p, s)
            for p, s in self._pairs()
            if _matches(p, plan) and _is_after(p, plan) and s.iri not in plan.hidden
        ]
        if plan.order == "modified":
            found.sort(key=lambda pair: -pair[0].by_modified)
        elif plan.order == "title":
            found.sort(key=lambda pair: pair[0].by_title)
        page = found[offset : offset + limit]
        return Found(len(found), tuple(Candidate(document, 0.0) for _, document in page))

    def totals(self, plans: Sequence[Plan]) -> Sequence[int]:
        return [self.find(plan, 0).total for plan in plans]

    def count(self, plan: Plan, facets: Sequence[str]) -> Mapping[str, Mapping[str, int]]:
        return {
            name: Counter(
                value
                for prepared, document in self._pairs()
                if _matches(prepared, plan, without=name) and document.iri not in plan.hidden
                for value in _values(prepared, name, plan)
            )
            for name in facets
        }

    def get(self, iri: str) -> StoredDocument | None:
        return next((document for document in self._stored if document.iri == iri), None)

    def among(self, iris: Sequence[str], plan: Plan) -> Mapping[str, StoredDocument]:
        found = {
            s.iri: s for p, s in self._pairs() if _matches(p, plan) and s.iri not in plan.hidden
        }
        return {iri: found[iri] for iri in iris if iri in found}

    def each(self) -> Iterator[StoredDocument]:
        yield from self._stored

    def _pairs(self) -> Iterator[tuple[Prepared, StoredDocument]]:
        return zip(self._prepared, self._stored, strict=True)


def _is_after(prepared: Prepared, plan: Plan) -> bool:
    if plan.after is None:
        return True
    if plan.order == "title":
        return prepared.by_title > str(plan.after)
    return prepared.by_modified < int(plan.after)


def _values(prepared: Prepared, name: str, plan: Plan) -> Sequence[str]:
    if name == FRESHNESS:
        day = prepared.days.get("modified", UNKNOWN_DAY)
        return [band.name for band in plan.bands if band.least <= day <= band.most]
    return (prepared.group,) if name == GROUP else prepared.facets.get(name, ())


def _matches(prepared: Prepared, plan: Plan, without: str = "") -> bool:
    for name, values in plan.filters.items():
        held = _values(prepared, name, plan)
        if name != without and not set(values) & set(held):
            return False
    if any(set(values) & set(_values(prepared, n, plan)) for n, values in plan.excluded.items()):
        return False
    for asked in plan.ranges:
        if not asked.least <= prepared.days.get(asked.field, 0) <= asked.most:
            return False
    if any(_meets(prepared, one, plan) != one.holds for one in plan.conditions):
        return False
    if plan.groups is None:
        return True
    met = [any(_holds(prepared, clause) for clause in group.clauses) for group in plan.groups]
    required = [hit for hit, group in zip(met, plan.groups, strict=True) if group.required]
    return all(required) if required else any(met)


def _meets(prepared: Prepared, condition: Condition, plan: Plan) -> bool:
    if any(set(values) & set(_values(prepared, n, plan)) for n, values in condition.facets):
        return True
    if any(_holds(prepared, clause) for clause in condition.clauses):
        return True
    days = [(one, prepared.days.get(one.field)) for one in condition.ranges]
    return bool(days) and all(day is not None and one.least <= day <= one.most for one, day in days)


def _holds(prepared: Prepared, clause: Clause) -> bool:
    wanted = set(clause.tokens)
    return any(wanted <= set(prepared.text[name].split()) for name, _ in clause.fields)
