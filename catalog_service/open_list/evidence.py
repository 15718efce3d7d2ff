"""What an item's yearly evaluation looks at (R23): measured, found, used, opened by others.

Nothing is judged here: who decides sees it beside the item. What is not known is told as such.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from catalog_service.classification.service import levels_of
from catalog_service.context import Service
from catalog_service.open_list.model import CONDITIONAL, UNCONDITIONAL, ListItem, Version
from catalog_service.open_list.service import content_of, in_force, public_versions
from catalog_service.participation.service import demands_by_dataset, objections_by_dataset
from catalog_service.quality.model import Measurement, Metric
from catalog_service.quality.service import newest_measurements
from catalog_service.results.service import results_by_dataset
from catalog_service.search_log.service import counted
from ontology.languages import Texts
from ontology.record import mint_iri
from ontology.spelling import spelling_key

_TOLD: Final = frozenset({"Violation", "Warning"})


@dataclass(frozen=True, slots=True)
class Opened:
    """An item of the same name on another organization's list that counts."""

    organization: str
    open_type: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of an item's dataset."""

    measured: Mapping[Metric, Measurement]
    """The newest measurement of each metric; empty: none yet, or no catalogued dataset."""
    rules: tuple[str, ...]
    """Rules that find something in its record."""
    opened_from_search: int | None
    """How often it was opened from a search, as far as that is kept; None: nothing is counted."""
    others: tuple[Opened, ...]
    """What like organizations opened."""
    objections: int
    """How many objections were raised to its data; taken back ones do not count."""
    demands: int
    """How many demands speak of it."""
    results: int
    """How many results that are shown use it."""
    level: Texts | None
    """Its level by the guide's table; None: it has none."""
    may_open_further: bool | None
    """Whether its level lets it be opened further; None: no level says."""

    @property
    def passed(self) -> tuple[Metric, ...]:
        """The metrics that its dataset meets."""
        return tuple(one.metric for one in self.measured.values() if one.result == "pass")

    @property
    def failed(self) -> tuple[Metric, ...]:
        """Those that it does not meet; of the others nothing can be said."""
        return tuple(one.metric for one in self.measured.values() if one.result == "fail")


class EvidenceReader:
    """Reads the evidence of items; what is asked once for all is read when it is made."""

    def __init__(self, atlas: Service, organization: str, year: int) -> None:
        """Use the catalogue; of other lists those of ``year`` that count."""
        self._atlas = atlas
        found = counted(atlas)
        self._clicks: dict[str, int] | None = {} if found.is_on or found.clicks else None
        if self._clicks is not None:
            for one in found.clicks:
                self._clicks[one.dataset] = self._clicks.get(one.dataset, 0) + one.networks
        self.counts_searches = self._clicks is not None
        """Whether it is counted how often datasets are opened from searches."""
        self._objections, self._demands = objections_by_dataset(atlas), demands_by_dataset(atlas)
        self._results = results_by_dataset(atlas)
        versions = in_force(public_versions(atlas, year), atlas.clock.today()).values()
        self._others = _by_title(
            atlas, (one for one in versions if one.organization != organization)
        )

    def of_all(self, items: Iterable[ListItem]) -> list[Evidence]:
        """Return what is known of each item; asked for all of a page at once."""
        of_page, atlas = list(items), self._atlas
        base = atlas.settings.base_iri
        iris = {
            one.key: mint_iri(base, one.source, one.remote_id)
            for one in of_page
            if one.is_catalogued
        }
        wanted = set(iris.values())
        # Of the version that is public: one that waits at the gate says nothing of what is open.
        findings = atlas.journal.public_verdicts(wanted) if wanted else {}
        measured = newest_measurements(atlas, wanted)
        levels = levels_of(atlas, wanted)
        found = []
        for item in of_page:
            others = tuple(self._others.get(spelling_key(item.title), ()))
            iri = iris.get(item.key)
            if iri is None:
                found.append(Evidence({}, (), None, others, 0, 0, 0, None, None))
                continue
            level = levels.get(iri)
            told = {rule for rule, severity in findings.get(iri, ()) if severity in _TOLD}
            found.append(
                Evidence(
                    measured.get(iri, {}),
                    tuple(sorted(told)),
                    None if self._clicks is None else self._clicks.get(iri, 0),
                    others,
                    self._objections.get(iri, 0),
                    self._demands.get(iri, 0),
                    len(self._results.get(iri, ())),
                    None if level is None else level.name,
                    None if level is None else _may_open(item, level.open_type),
                )
            )
        return found


def _may_open(item: ListItem, allowed: str | None) -> bool | None:
    if allowed is None:
        return None
    widest = {"unconditional": UNCONDITIONAL, "conditional": CONDITIONAL}.get(allowed)
    if widest is None:
        return False
    order = ("", CONDITIONAL, UNCONDITIONAL)
    own = item.open_type if item.open_type in order else ""
    return order.index(widest) > order.index(own)


def _by_title(atlas: Service, versions: Iterable[Version]) -> dict[str, list[Opened]]:
    found: dict[str, list[Opened]] = {}
    for version in versions:
        for item in content_of(atlas, version).items.values():
            opened = Opened(version.organization, item.open_type)
            found.setdefault(spelling_key(item.title), []).append(opened)
    return found
