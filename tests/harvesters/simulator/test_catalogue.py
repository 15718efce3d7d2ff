"""The truth: the same for the same seed, and every change is in the log."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from harvesters.simulator.catalogue import CHANGE_KINDS, START, Catalogue
from harvesters.simulator.defects import DEFECTS, Defects
from harvesters.simulator.faults import Fault
from harvesters.simulator.generation import district_names
from harvesters.simulator.names import PLATFORMS
from ontology.concepts import Known
from ontology.vocabulary import load_vocabulary

ID = re.compile(r"[A-Z]{2}\d{7}\d{3}|\d{4,5}|O\d{5}2025\d{3}")


def test_same_seed_same_catalogue_and_changes() -> None:
    first, second, other = Catalogue(60, seed=1), Catalogue(60, seed=1), Catalogue(60, seed=2)
    for catalogue in (first, second):
        for _ in range(30):
            catalogue.change()
    assert first.view() == second.view()
    assert other.view().datasets[:5] != Catalogue(60, seed=1).view().datasets[:5]


def test_generated_datasets_are_true_to_the_domain() -> None:
    vocabulary = load_vocabulary()
    datasets = Catalogue(400, seed=5).view().datasets
    assert len({d.id for d in datasets}) == len({d.title for d in datasets}) == 400
    assert all(ID.fullmatch(d.id) for d in datasets)
    assert all(d.modified < START and d.modified.date() >= d.issued for d in datasets)
    labels = {("frequency", d.frequency) for d in datasets}
    labels |= {("domain", d.domain.name) for d in datasets}
    labels |= {("national-theme", d.domain.national_theme) for d in datasets}
    labels |= {("format", f) for d in datasets for f in d.files}
    unknown = [x for x in labels if not isinstance(vocabulary.find(*x), Known)]
    assert unknown == []
    assert {d.open_type for d in datasets} == {"unconditional", "conditional", "none"}
    for organization in {d.organization for d in datasets}:
        found = vocabulary.organization(organization.name)
        assert isinstance(found, Known)
        assert found.concept.iri.endswith(f"/{organization.notation}")
    one = Catalogue(20, district="静安区").view().datasets
    assert {d.organization.name for d in one} == {"上海市静安区人民政府"}
    assert len(district_names()) == 16


def test_every_kind_of_change_is_logged_and_dated() -> None:
    catalogue = Catalogue(20, seed=4)
    before = catalogue.view()
    closed = catalogue.close(before.datasets[0].id)
    reopened = catalogue.reopen(closed.id, "conditional")
    renamed = catalogue.rename(closed.id, "新名称")
    edited = catalogue.edit(closed.id, rows=7)
    numbers = catalogue.renumber(closed.id)
    added = catalogue.add()
    catalogue.delete(added.id)
    restored = catalogue.restore(added)
    view = catalogue.view()
    log = view.changes[len(before.changes) :]
    assert {change.kind for change in log} == set(CHANGE_KINDS)
    assert [c.seq for c in view.changes] == list(range(1, view.version + 1))
    assert [c.time for c in log] == sorted(c.time for c in log)
    assert (reopened.open_type, renamed.title, edited.rows) == ("conditional", "新名称", 7)
    expected = catalogue.expected()
    assert closed.id not in expected
    assert expected[numbers[closed.id]].title == "新名称"
    assert expected[restored.id].version == 2
    assert view.by_date[0].id == restored.id
    # Whoever replays the log from the beginning has the truth.
    replayed = {}
    for change in view.changes:
        if change.dataset is None:
            del replayed[change.id]
        else:
            replayed[change.id] = change.dataset
    assert replayed == view.by_id
    # A view that was taken earlier has not changed.
    assert before.datasets[0].open_type != "none" and len(before.datasets) == 20


def test_a_wrong_clock_dates_changes_back() -> None:
    catalogue = Catalogue(3)
    right = catalogue.edit(catalogue.view().datasets[0].id)
    catalogue.clock_offset = timedelta(hours=-1)
    assert catalogue.edit(right.id).modified < right.modified


def test_defects_come_by_rate_and_seed() -> None:
    datasets = Catalogue(500, seed=8).view().datasets
    defects = Defects.spread(0.2, seed=8)
    spoilt = [d for d in datasets if defects.of(d)]
    assert 0.14 < len(spoilt) / len(datasets) < 0.26
    assert [defects.of(d) for d in datasets] == [
        Defects.spread(0.2, seed=8).of(d) for d in datasets
    ]
    assert not any(Defects.spread(0).of(d) for d in datasets)
    with pytest.raises(KeyError):
        Defects({"no-such-defect": 1})


def test_open_type_defects_mean_what_the_vocabulary_says() -> None:
    vocabulary = load_vocabulary()
    datasets = Catalogue(60, seed=8).view().datasets
    names = [name for name in DEFECTS if name.startswith("open-type")]
    for name in names:
        for dataset in datasets:
            shown = Defects({name: 1}).describe(dataset)
            found = vocabulary.find("open-type", str(shown.open_type)) if shown.open_type else None
            meant = found.concept.iri.rpartition("/")[2] if isinstance(found, Known) else None
            assert meant == shown.means, (name, shown.open_type)
            assert dataset.open_type != "none" or shown.means == "none"


def test_defects_and_faults_are_documented() -> None:
    text = (Path(__file__).parents[3] / "docs" / "simulator.md").read_text("utf-8")
    rows = {name for line in text.splitlines() if line.startswith("| `")
            for name in re.findall(r"`([a-z][a-z0-9-]+)`", line.split("|")[1])}  # fmt: skip
    assert rows - {"city", "district", *PLATFORMS} == {*DEFECTS, *Fault}
