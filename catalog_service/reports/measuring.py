"""Counts today what reports say beside measured quality, and keeps it by day.

As measured quality does: a day is written while it lasts, and never once it is over.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from catalog_service.accounts.service import owner_of
from catalog_service.clock import SHANGHAI
from catalog_service.context import Service
from catalog_service.journal.model import StoredRecord
from catalog_service.open_list.model import Version
from catalog_service.open_list.service import (
    content_of,
    evaluated_by,
    in_force,
    lists_at,
    livelihood_domains,
    pilot_districts,
    public_versions,
    steps_taken,
)
from catalog_service.participation.service import terms_of_year
from catalog_service.quality.service import holders, organizations_above, served_by_api
from catalog_service.reports.model import CITY, OWN, PLACED, OrganizationKind, Reported
from catalog_service.reports.reading import Read, read
from catalog_service.reports.stored import last_day, names_on, write_day
from catalog_service.results.service import numbers_of_results, results_by_dataset
from catalog_service.samples.service import public_samples, sample_records

_COUNTS: Final = frozenset({"list-items", "sample-sets", "high-quality", "held", "results"})
"""Figures without a whole."""
_DISTRICT: Final = "district-"
"""Begins the notation of a district's government."""
_FILED: Final = frozenset({"filed", "accepted", "published", "amended", "evaluated", "closed"})
_OPENED: Final = _FILED - {"filed", "accepted"}
_EVALUATED: Final = frozenset({"evaluated", "closed"})


@dataclass(frozen=True, slots=True)
class Measured:
    """What was counted."""

    day: date
    records: int
    organizations: int


class Tally:
    """Counts by figure and organization; what lies below counts for what lies above it, too."""

    def __init__(self, above: dict[str, tuple[str, ...]]) -> None:
        self._above = above
        self._found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, figure: str, organizations: Iterable[str], counted: int, whole: int = 0) -> None:
        """Add to each organization once, to those above them, and to the city."""
        reached = {CITY}
        for one in organizations:
            reached |= {one, *self._above.get(one, ())}
        for one in reached:
            found = self._found[figure, one]
            found[0] += counted
            found[1] += whole

    def figures(self) -> dict[tuple[str, str], tuple[int, int | None]]:
        """Return what was counted; of the city each figure, so that a day with nothing is one."""
        keys = {*self._found, *((figure, CITY) for figure in OWN)}
        return {
            key: (self._found[key][0], None if key[0] in _COUNTS else self._found[key][1])
            for key in sorted(keys)
        }


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is known beside records on a day: by source and identifier there, or by IRI."""

    listed: frozenset[tuple[str, str]]
    listed_this_year: frozenset[tuple[str, str]]
    livelihood: frozenset[str]
    """Data domains."""
    sampled: frozenset[str]
    badged: frozenset[str]
    results: Mapping[str, Sequence[int]]
    """The results that use a dataset."""


def measure(atlas: Service) -> Measured | None:
    """Count today; None where a later day is kept. Reads all public records."""
    day = atlas.clock.today()
    known = {one.iri: one for one in _known(atlas)}
    tally, count = Tally({iri: one.above for iri, one in known.items()}), 0
    for district in pilot_districts(atlas.rules, day):
        # One without a list has none of the items that are demanded.
        tally.add("list-items", (district,), 0)
    beside = _known_beside(atlas, tally, day)
    samples = sample_records(atlas)
    names: dict[str, Reported] = {}
    opening: set[str] = set()
    # One that comes meanwhile counts, too.
    made_with: defaultdict[int, set[str]] = defaultdict(set)
    made_with.update({one: set() for one in numbers_of_results(atlas)})
    for record in atlas.journal.snapshot()[1]:
        if record.state != "active" or not record.nquads or record.iri in samples:
            continue
        count += 1
        said = read(record.nquads, record.focus)
        _count_record(tally, record, said, beside)
        for one in beside.results.get(record.iri, ()):
            made_with[one].update(said.publishers)
        if said.is_open:
            opening.update(said.publishers)
        for iri in said.publishers:
            if iri not in known:
                texts = said.names.get(iri, {})
                zh = texts.get("zh") or texts.get("en") or iri
                names[iri] = Reported(iri, zh, texts.get("en") or zh, "other")
    _count_lists(atlas, tally, day, opening, known)
    for publishers in made_with.values():
        # Once for everybody whose data it uses.
        tally.add("results", publishers, 1)
    _count_held(atlas, tally)
    _count_terms(atlas, tally, day)
    with atlas.journal.writing_tables() as connection:
        last = last_day(connection)
        # A day that ended while it was counted is over, and stays as it was.
        if (last is not None and last > day) or atlas.clock.today() != day:
            return None
        before = names_on(connection, day - timedelta(1))
        named = [*known.values(), *(names[iri] for iri in sorted(names))]
        write_day(connection, day, tally.figures(), before, named)
    return Measured(day, count, len(known) + len(names))


def _known_beside(atlas: Service, tally: Tally, day: date) -> _Beside:
    """Read what lists in force name, counting their items, and what else is known of records."""
    listed: set[tuple[str, str]] = set()
    this_year: set[tuple[str, str]] = set()
    for version in _lists_in_force(atlas, day).values():
        items = content_of(atlas, version).items.values()
        tally.add("list-items", (version.organization,), len(items))
        catalogued = {(one.source, one.remote_id) for one in items if one.is_catalogued}
        listed |= catalogued
        if version.year == day.year:
            this_year |= catalogued
    return _Beside(
        listed=frozenset(listed),
        listed_this_year=frozenset(this_year),
        livelihood=frozenset(livelihood_domains(atlas.rules, day)),
        sampled=frozenset(one.dataset for one in public_samples(atlas)),
        badged=frozenset(one.iri for one in holders(atlas)),
        results=results_by_dataset(atlas),
    )


def _count_record(tally: Tally, record: StoredRecord, said: Read, beside: _Beside) -> None:
    key, whose = (record.source, record.remote_id), said.publishers
    if said.is_open:
        tally.add("on-list", whose, int(key in beside.listed), 1)
        if key in beside.listed_this_year:
            by_api = served_by_api(record.nquads or "", record.focus)
            if by_api is not None:
                tally.add("api-listed", whose, int(by_api), 1)
    if not said.is_closed and not beside.livelihood.isdisjoint(said.domains):
        tally.add("livelihood", whose, int(key in beside.listed), 1)
    if said.is_conditional and (said.has_sample or record.iri in beside.sampled):
        tally.add("sample-sets", whose, 1)
    if said.is_high_quality or record.iri in beside.badged:
        tally.add("high-quality", whose, 1)


def end_of(day: date) -> datetime:
    """Return the moment at which a day in Shanghai is over."""
    return datetime.combine(day + timedelta(1), time(), SHANGHAI)


def _known(atlas: Service) -> Iterator[Reported]:
    """Yield the organizations of the vocabulary as it stands."""
    above = organizations_above(atlas)
    for one in atlas.vocabulary.concepts("organization"):
        kind: OrganizationKind = "district" if one.notation.startswith(_DISTRICT) else "department"
        if one.iri not in atlas.accounts.hierarchy.carried_on_by(one.iri):
            kind = "former"
        yield Reported(one.iri, one.zh, one.en, kind, above[one.iri])


def _lists_in_force(atlas: Service, day: date) -> dict[str, Version]:
    """Return the newest list of each organization that counts on a day."""
    found: dict[str, Version] = {}
    for (organization, year), one in in_force(public_versions(atlas), day).items():
        if organization not in found or found[organization].year < year:
            found[organization] = one
    return found


def _owing(atlas: Service, organizations: Iterable[str], known: Mapping[str, Reported]) -> set[str]:
    """Return the departments and districts among organizations, or that took over from them.

    What an organization lies below takes nothing over from it.
    """
    after = atlas.accounts.hierarchy.carried_on_by
    found = {one for name in organizations for one in after(name)}
    return {one for one in found if one in known and known[one].kind in PLACED}


def _count_lists(
    atlas: Service, tally: Tally, day: date, opening: set[str], known: Mapping[str, Reported]
) -> None:
    """Count lists: of the year those owed (docs/open-lists.md), and those whose evaluation is due.

    ``opening``: organizations with open datasets.
    """
    states = {(one.organization, one.year): one.state for one in lists_at(atlas, end_of(day))}
    taken = steps_taken(atlas, end_of(day))

    def was_filed(organization: str, year: int) -> bool:
        # One that was returned has been filed; what is done with it since is not public.
        name = organization, year
        return states.get(name) in _FILED or (*name, "file") in taken

    def was_opened(organization: str, year: int) -> bool:
        return states.get((organization, year)) in _OPENED

    last = {one for one, year in states if year == day.year - 1 and was_filed(one, year)}
    begun = {organization for organization, year in states if year == day.year}
    # Of an organization without a list of its own, those of whom it took over from.
    lists: dict[str, set[str]] = {}
    for author in begun:
        for organization in _owing(atlas, (author,), known) or {author}:
            lists.setdefault(organization, set()).add(author)
    for organization in sorted({*lists, *_owing(atlas, opening | last, known)}):
        there = lists.get(organization, set())
        own = {organization} if organization in there else there
        for figure, is_done in (("filed", was_filed), ("opened", was_opened)):
            done = bool(own) and all(is_done(one, day.year) for one in own)
            tally.add(figure, (organization,), int(done), 1)
    first: dict[tuple[str, int], date] = {}
    for one in public_versions(atlas):
        first.setdefault((one.organization, one.year), one.in_force)
    # The newest list whose evaluation is due: one that came since has its own day.
    newest: dict[str, int] = {}
    for (organization, year), since in first.items():
        due = evaluated_by(atlas, since)
        if due is not None and due <= day:
            newest[organization] = max(year, newest.get(organization, year))
    for name in newest.items():
        tally.add("evaluated", name[:1], int(states.get(name) in _EVALUATED), 1)


def _count_terms(atlas: Service, tally: Tally, day: date) -> None:
    """Count the terms of the year for answers: those that were met in time, of all that ended."""
    figures = {"R18": "demands-in-time", "R19": "objections-in-time"}
    for one in terms_of_year(atlas, day):
        figure = figures.get(one.rule)
        if figure is not None:
            whose = () if one.organization is None else (one.organization,)
            tally.add(figure, whose, int(one.in_time), 1)


def _count_held(atlas: Service, tally: Tally) -> None:
    waiting: dict[str, int] = defaultdict(int)
    for one in atlas.journal.counts():
        waiting[one.source] += one.waiting
    for source, number in sorted(waiting.items()):
        owner = owner_of(atlas.journal, source)
        tally.add("held", () if owner is None else (owner,), number)
