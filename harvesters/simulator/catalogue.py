"""The truth of a simulated platform: its datasets, how they change, and the log of the changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any, Final, Literal

from harvesters.simulator.dataset import Dataset, OpenType
from harvesters.simulator.generation import Generator, new_id
from harvesters.simulator.seeded import draw, share

SHANGHAI: Final = timezone(timedelta(hours=8))
START: Final = datetime(2026, 9, 1, 8, tzinfo=SHANGHAI)
"""When a catalogue begins to change, unless it has a clock: results do not depend on the day."""

ChangeKind = Literal["add", "edit", "delete", "rename", "close", "reopen", "renumber"]
CHANGE_KINDS: Final[tuple[ChangeKind, ...]] = (
    "add", "edit", "delete", "rename", "close", "reopen", "renumber",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the log. Renumbering makes two: the old id goes, the new one comes."""

    seq: int
    """From 1, without gaps; the first entries are the datasets that were there at the start."""
    time: datetime
    kind: ChangeKind
    id: str
    dataset: Dataset | None
    """As it is after the change; None: it is gone."""


@dataclass(frozen=True)
class CatalogueView:
    """The catalogue at one moment; never changes."""

    version: int
    """Number of the last change."""
    datasets: tuple[Dataset, ...]
    """In the order in which they came to the platform."""
    by_date: tuple[Dataset, ...]
    """The newest change first."""
    by_id: dict[str, Dataset]
    changes: tuple[Change, ...]
    time: datetime
    """Of the last change."""
    renumbered: bool = False
    """Whether datasets are found by the ids that `Fault.CHANGED_IDS` gives them, too."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What a harvest must end in for one dataset, where no defect hides it."""

    id: str
    title: str
    open_type: OpenType
    modified: datetime
    version: int


class Catalogue:
    """A seeded catalogue. Safe for threads: readers take a `CatalogueView`, writers take turns."""

    def __init__(
        self,
        count: int = 100,
        *,
        seed: int = 0,
        district: str | None = None,
        clock: Callable[[], datetime] | None = None,
    ) -> None:
        """Generate ``count`` datasets, of one district or of the city's platform.

        Without a ``clock`` the changes are a minute apart, from `START` on. Raises `KeyError` for
        a district that does not exist.
        """
        self.seed = seed
        self.district = district
        self._offset = timedelta()
        self._clock = clock
        self._now = START if clock is None else clock().astimezone(SHANGHAI)
        self._lock = threading.Lock()
        begun = self._now.replace(microsecond=0)
        self._generator = Generator(seed, district)
        datasets = [self._generator.next(begun) for _ in range(count)]
        self._datasets = {dataset.key: dataset for dataset in datasets}
        self._by_id = {dataset.id: dataset.key for dataset in datasets}
        self._changes = [
            Change(seq, dataset.modified, "add", dataset.id, dataset)
            for seq, dataset in enumerate(sorted(datasets, key=lambda d: (d.modified, d.key)), 1)
        ]
        self._generation = 0
        self._view: CatalogueView | None = None

    @property
    def clock_offset(self) -> timedelta:
        """What is added to the right time: the platform's clock may be wrong."""
        return self._offset

    @clock_offset.setter
    def clock_offset(self, offset: timedelta) -> None:
        with self._lock:
            self._offset = offset
            self._view = None

    def now(self) -> datetime:
        """Return what the platform takes for the time."""
        now = self._now if self._clock is None else self._clock().astimezone(SHANGHAI)
        return now + self._offset

    def view(self) -> CatalogueView:
        """Return the catalogue as it is now."""
        view = self._view
        if view is None:
            with self._lock:
                view = self._view = self._take()
        return view

    def expected(self) -> dict[str, Expected]:
        """Return by id what a complete harvest must end in, closed datasets included."""
        return {
            d.id: Expected(d.id, d.title, d.open_type, d.modified, d.version)
            for d in self.view().datasets
        }

    def public_ids(self) -> set[str]:
        """Return the ids of the datasets that anyone may see: all that are not 非开放."""
        return {d.id for d in self.view().datasets if d.open_type != "none"}

    def add(self, title: str | None = None) -> Dataset:
        """Add a generated dataset."""
        with self._lock:
            now = self._tick()
            made = self._generator.next(now)
            made = replace(made, modified=now, issued=now.date(), title=title or made.title)
            return self._put("add", made, now)

    def edit(self, dataset_id: str, **changes: Any) -> Dataset:
        """Change fields of a dataset; without any, its number of rows grows."""
        with self._lock:
            old = self._get(dataset_id)
            return self._revise("edit", old, changes or {"rows": old.rows + 1 + old.version})

    def rename(self, dataset_id: str, title: str | None = None) -> Dataset:
        """Give a dataset another title, but the same id."""
        with self._lock:
            old = self._get(dataset_id)
            return self._revise("rename", old, {"title": title or f"{old.title}（修订）"})

    def close(self, dataset_id: str) -> Dataset:
        """Make a dataset 非开放; it stays in the list."""
        with self._lock:
            return self._revise("close", self._get(dataset_id), {"open_type": "none"})

    def reopen(self, dataset_id: str, open_type: OpenType = "unconditional") -> Dataset:
        """Open a dataset again."""
        with self._lock:
            return self._revise("reopen", self._get(dataset_id), {"open_type": open_type})

    def delete(self, dataset_id: str) -> None:
        """Take a dataset away."""
        with self._lock:
            old = self._get(dataset_id)
            self._remove("delete", old, self._tick())

    def restore(self, dataset: Dataset) -> Dataset:
        """Put a deleted dataset back under its id. Raises `ValueError` where it is there."""
        with self._lock:
            if dataset.id in self._by_id:
                raise ValueError(dataset.id)
            now = self._tick()
            return self._put(
                "add", replace(dataset, modified=now, version=dataset.version + 1), now
            )

    def renumber(self, *dataset_ids: str) -> dict[str, str]:
        """Give datasets new ids (without arguments: all of them); returns new ids by old."""
        with self._lock:
            self._generation += 1
            now = self._tick()
            found = {}
            for dataset_id in dataset_ids or tuple(self._by_id):
                old = self._get(dataset_id)
                self._remove("renumber", old, now)
                new = replace(
                    old, id=new_id(old, self._generation), modified=now, version=old.version + 1
                )
                self._put("renumber", new, now)
                found[old.id] = new.id
            return found

    def change(self, kind: ChangeKind | None = None) -> Change | None:
        """Make one change, drawn from the seed; None: no dataset is fit for that kind.

        Without a kind most are edits, as on real platforms.
        """
        view = self.view()
        words = (self.seed, "change", view.version)
        if kind is None:
            kind = _drawn_kind(share(*words))
        if kind == "add":
            self.add()
        else:
            fit = [d for d in view.datasets if (d.open_type == "none") == (kind == "reopen")]
            if not fit:
                return None
            getattr(self, kind)(fit[draw(*words, "which") % len(fit)].id)
        return self.view().changes[-1]

    def _get(self, dataset_id: str) -> Dataset:
        return self._datasets[self._by_id[dataset_id]]

    def _revise(self, kind: ChangeKind, old: Dataset, changes: dict[str, Any]) -> Dataset:
        now = self._tick()
        new = replace(old, **{"modified": now, "version": old.version + 1, **changes})
        if new.id != old.id or new.key != old.key:
            raise ValueError("an edit keeps the identity; see renumber")
        return self._put(kind, new, now)

    def _put(self, kind: ChangeKind, dataset: Dataset, now: datetime) -> Dataset:
        self._datasets[dataset.key] = dataset
        self._by_id[dataset.id] = dataset.key
        self._log(kind, dataset.id, dataset, now)
        return dataset

    def _remove(self, kind: ChangeKind, old: Dataset, now: datetime) -> None:
        del self._datasets[old.key], self._by_id[old.id]
        self._log(kind, old.id, None, now)

    def _log(
        self, kind: ChangeKind, dataset_id: str, dataset: Dataset | None, now: datetime
    ) -> None:
        self._changes.append(Change(len(self._changes) + 1, now, kind, dataset_id, dataset))
        self._view = None

    def _tick(self) -> datetime:
        if self._clock is None:
            self._now += timedelta(minutes=1)
        else:
            # Two changes within a second must be told apart by platforms that show seconds.
            now = self._clock().astimezone(SHANGHAI).replace(microsecond=0)
            self._now = max(now, self._now.replace(microsecond=0) + timedelta(seconds=1))
        return self._now + self._offset

    def _take(self) -> CatalogueView:
        datasets = tuple(self._datasets.values())
        return CatalogueView(
            version=len(self._changes),
            datasets=datasets,
            by_date=tuple(sorted(datasets, key=lambda d: (d.modified, d.key), reverse=True)),
            by_id={dataset.id: dataset for dataset in datasets},
            changes=tuple(self._changes),
            time=self._now + self._offset,
        )


def _drawn_kind(chance: float) -> ChangeKind:
    for kind, until in (("edit", 0.6), ("add", 0.75), ("rename", 0.83), ("delete", 0.9)):
        if chance < until:
            return kind  # type: ignore[return-value]  # members of the tuple above
    return "close" if chance < 0.96 else "reopen"
