"""What is open and what the open lists of a year say, held against each other (R12, R05).

Read from the search index, which holds what is public now, and from the versions in force: nothing
is kept. A list of a past year is held against the catalogue of today.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final, Literal

from catalog_service.context import Service
from catalog_service.open_list.model import OPEN_TYPES, Content, ListItem, Version
from catalog_service.open_list.published import year_of_lists
from catalog_service.place_names import publisher_names
from catalog_service.samples.service import sample_records
from ontology.record import mint_iri
from ontology.terms import VOCAB
from search.index.payload import StoredDocument
from search.index.plan import Plan

RULE: Final = "R12"
CITY: Final = ""
"""In the place of an organization: all of them."""
_TYPE: Final = f"{VOCAB}open-type/"
OPENED: Final = (f"{_TYPE}conditional", f"{_TYPE}unconditional")
_WIDTH: Final = {f"{_TYPE}none": 0, OPENED[0]: 1, OPENED[1]: 2}
"""How wide a dataset is opened, as `ListItem.openness` counts."""

Gap = Literal["unlinked", "not-public", "not-opened"]
"""``unlinked``: the item names no catalogued dataset; ``not-public``: the dataset that it names is
not in the public catalogue; ``not-opened``: the catalogue opens it less than the list says."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many open datasets of an organization are on a list of the year."""

    organization: str
    """IRI; `CITY`: of all."""
    open: int
    listed: int

    @property
    def missing(self) -> int:
        """Those that are on no list."""
        return self.open - self.listed

    @property
    def percent(self) -> float | None:
        """The share that is on a list, 0 to 100; None where nothing is open."""
        return 100 * self.listed / self.open if self.open else None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """An item of a list in force that the catalogue does not bear out."""

    organization: str
    item: ListItem
    gap: Gap
    opened: str
    """How the catalogue opens its dataset: an open type in Chinese, or empty."""


@dataclass(frozen=True, slots=True)
class Aim:
    """What is to be reached, 0 to 100, and since when."""

    percent: float
    since: date


def demanded_on(atlas: Service, year: int) -> date:
    """Return the day as of which a year's lists are judged: today, or the last of a past year."""
    return min(atlas.clock.today(), date(year, 12, 31))


class Coverage:
    """One state of the catalogue, held against the lists of a year that count today."""

    def __init__(self, atlas: Service, year: int) -> None:
        """Read the lists; raises what reading the index does."""
        self._atlas = atlas
        self.year = year
        self.day = demanded_on(atlas, year)
        """On which the parameters of the rules are looked up."""
        self.lists: list[tuple[Version, Content]] = year_of_lists(atlas, year)
        self._view = atlas.index.view()
        base = atlas.settings.base_iri
        self._named = {
            mint_iri(base, item.source, item.remote_id)
            for _, content in self.lists
            for item in content.items.values()
            if item.is_catalogued
        }

    @property
    def checkpoint(self) -> int | None:
        """Up to which change the index was read; None where there is no index."""
        return None if self._view is None else self._view.checkpoint

    @property
    def listed(self) -> frozenset[str]:
        """The datasets that items of the lists name, by IRI."""
        return frozenset(self._named)

    @cached_property
    def aim(self) -> Aim | None:
        """The share that R12 demands of the year; None where it demands none."""
        for one in self._atlas.rules.get(RULE).parameters:
            if one.name == "open-list-coverage" and one.in_force.contains(self.day):
                return Aim(100 * float(one.value), one.in_force.start)
        return None

    @cached_property
    def total(self) -> Share:
        """All open datasets; one of several publishers counts once."""
        if self._view is None:
            return Share(CITY, 0, 0)
        all_of, missing = self._view.totals(
            [open_datasets(hidden=self.samples), open_datasets(hidden=self.left_out)]
        )
        return Share(CITY, all_of, all_of - missing)

    @cached_property
    def samples(self) -> frozenset[str]:
        """IRIs of the records of samples: no department's datasets."""
        return sample_records(self._atlas)

    @property
    def left_out(self) -> frozenset[str]:
        """What cannot be missing: what is listed, and samples."""
        return self.listed | self.samples

    @cached_property
    def own(self) -> Share:
        """Those of the organizations that the vocabulary knows: others file no list here."""
        known = tuple(one.iri for one in self._atlas.vocabulary.concepts("organization"))
        if self._view is None:
            return Share(CITY, 0, 0)
        all_of, missing = self._view.totals(
            [open_datasets(known, self.samples), open_datasets(known, self.left_out)]
        )
        return Share(CITY, all_of, all_of - missing)

    @cached_property
    def shares(self) -> list[Share]:
        """Each organization with what lies below it: those with most that is missing first.

        Those that the vocabulary knows come before publishers of other catalogues.
        One whose list is in force is among them also where nothing of it is open.
        """
        if self._view is None:
            return []
        facet = ["publisher"]
        open_of = self._view.count(open_datasets(hidden=self.samples), facet).get("publisher", {})
        missing_of = self._view.count(open_datasets(hidden=self.left_out), facet).get(
            "publisher", {}
        )
        found = []
        own = {one.organization for one, _ in self.lists}
        for iri in {*(iri for iri in open_of if ":" in iri), *own, *self._parents(open_of)}:
            below = self._below(iri)
            if below == (iri,):
                counted, missing = open_of.get(iri, 0), missing_of.get(iri, 0)
            else:
                plans = [open_datasets(below, self.samples), open_datasets(below, self.left_out)]
                counted, missing = self._view.totals(plans)
            if counted or iri in own:
                found.append(Share(iri, counted, counted - missing))
        known = self._atlas.accounts.hierarchy.is_known
        return sorted(
            found,
            key=lambda one: (
                not known(one.organization),
                -one.missing,
                -one.open,
                one.organization,
            ),
        )

    def missing(
        self, organization: str, limit: int, offset: int = 0
    ) -> tuple[int, list[StoredDocument]]:
        """Return how many open datasets are on no list, and a part of them by title."""
        return self._part(
            open_datasets(self._publishers(organization), self.left_out), limit, offset
        )

    def totals(self, domains: frozenset[str]) -> tuple[int, int]:
        """Return how many datasets of data domains are not closed, and how many are on no list."""
        if self._view is None or not domains:
            return 0, 0
        whole, missing = self._view.totals(
            [_of(domains, self.samples), _of(domains, self.left_out)]
        )
        return whole, missing

    def missing_of(
        self, domains: frozenset[str], limit: int, offset: int = 0
    ) -> tuple[int, list[StoredDocument]]:
        """Return how many datasets of data domains are on no list, and a part of them by title."""
        if not domains:
            return 0, []
        return self._part(_of(domains, self.left_out), limit, offset)

    def _part(self, plan: Plan, limit: int, offset: int) -> tuple[int, list[StoredDocument]]:
        if self._view is None:
            return 0, []
        found = self._view.find(plan, limit, offset)
        return found.total, [one.document for one in found.candidates]

    @cached_property
    def mismatches(self) -> list[Mismatch]:
        """What stands on a list and is not in the catalogue, or not opened so, by list and title.

        An item that opens nothing (非开放) needs no dataset that does.
        """
        there: Mapping[str, StoredDocument] = {}
        if self._view is not None:
            there = self._view.among(sorted(self._named), Plan())
        return [
            one
            for version, content in self.lists
            for item in sorted(content.items.values(), key=lambda one: (one.title, one.key))
            if (one := self._held_against(version.organization, item, there)) is not None
        ]

    def _held_against(
        self, organization: str, item: ListItem, there: Mapping[str, StoredDocument]
    ) -> Mismatch | None:
        if not item.is_catalogued:
            return Mismatch(organization, item, "unlinked", "")
        base = self._atlas.settings.base_iri
        document = there.get(mint_iri(base, item.source, item.remote_id))
        if document is None:
            return Mismatch(organization, item, "not-public", "")
        stated = document.facets.get("open_type", ())
        widest = max((_WIDTH.get(one, 0) for one in stated), default=0)
        if item.openness <= widest:
            return None
        return Mismatch(organization, item, "not-opened", OPEN_TYPES[widest] if stated else "")

    def names(self, iris: list[str]) -> dict[str, dict[str, str]]:
        """Return what organizations are called, by language ("" of a name as records have it)."""
        called = publisher_names(self._atlas, iris)
        known = self._atlas.accounts.hierarchy.names
        return {iri: {"": called[iri]} if iri in called else known(iri) for iri in iris}

    def _publishers(self, organization: str) -> tuple[str, ...]:
        return () if organization == CITY else self._below(organization)

    def _below(self, organization: str) -> tuple[str, ...]:
        known = self._atlas.accounts.hierarchy
        if not known.is_known(organization):
            return (organization,)
        return tuple(sorted(known.below(organization) or {organization}))

    def _parents(self, publishers: Mapping[str, int]) -> Iterator[str]:
        """Yield the known organizations below which a publisher lies."""
        for concept in self._atlas.vocabulary.concepts("organization"):
            if any(iri in publishers for iri in self._below(concept.iri)):
                yield concept.iri


def open_datasets(publishers: tuple[str, ...] = (), hidden: frozenset[str] = frozenset()) -> Plan:
    """Return a plan of all open datasets; of some publishers, without those that are listed."""
    filters: dict[str, tuple[str, ...]] = {"open_type": OPENED}
    if publishers:
        filters["publisher"] = publishers
    return Plan(filters=filters, order="title", hidden=hidden)


def _of(domains: frozenset[str], hidden: frozenset[str] = frozenset()) -> Plan:
    """Return a plan of the datasets of data domains that are not closed (R27)."""
    return Plan(
        filters={"theme": tuple(sorted(domains))},
        excluded={"open_type": (f"{_TYPE}none",)},
        order="title",
        hidden=hidden,
    )
