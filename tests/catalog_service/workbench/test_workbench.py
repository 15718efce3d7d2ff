"""What waits for whom at the workbench, and the datasets of one's organizations."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from catalog_service.accounts.service import Grant, Organizations, Person, Role, set_owner
from catalog_service.catalog.reading import SourceReader, body_format
from catalog_service.waiting import WaitingItem, WaitingKind
from catalog_service.workbench import dataset_pages, stale
from catalog_service.workbench.my_datasets import OwnFilter, count_own, own_records, published
from catalog_service.workbench.service import DEADLINES, WAITING, calendar, what_waits
from catalog_service.workbench.stale import (
    Scope,
    count_late,
    late_by_frequency,
    late_datasets,
    late_page,
    scopes_of,
)
from harvesters.protocols import Submission
from ontology.errors import AtlasError, ErrorKind
from ontology.terms import VOCAB
from tests.fixtures.web import HTML, House, portal, served

TRANSPORT = f"{VOCAB}organization/transport"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The city's platform, on which a department publishes, and a source of its own."""
    made = House(tmp_path_factory.mktemp("house") / "var")
    with made.atlas:
        made.submit(
            "city",
            [
                portal("LATE", "公交线路", update_time="2026-06-01"),
                portal("NOW", "公交站点", update_time="2026-08-20"),
                portal("OTHER", "养老机构", department="上海市民政局", update_time="2020-01-01"),
            ],
        )
        made.submit("desk", [portal("OWN", "轨道站点"), portal("SHUT", "内部", is_open="非开放")])
        made.submit("desk", [portal("HELD", "等待", is_open="")], gate="enforce")
        set_owner(made.atlas.journal, made.atlas.vocabulary, "desk", TRANSPORT)
        made.project()
        yield made


def steward(house: House, over: str | None = TRANSPORT) -> Person:
    hierarchy = Organizations(lambda: house.atlas.vocabulary)
    grants = (Grant(Role.STEWARD, over),)
    return Person("p1", "li", "李", None, grants, hierarchy, {"desk": TRANSPORT}.get)


def test_what_waits_stands_in_the_order_in_which_it_is_due(house: House) -> None:
    waiting, failed = what_waits(house.atlas, steward(house), WAITING)
    assert not failed
    assert [(one.kind.name, one.item.count) for one in waiting] == [("late", 1), ("held", 1)]
    today = house.atlas.clock.today()
    assert waiting[0].item.due is not None and waiting[0].item.due < today
    assert waiting[1].item.due == today + timedelta(10)


def test_a_part_that_is_away_hides_nothing_else(house: House) -> None:
    kind = ErrorKind("gone-away", "It is away.", status=503)

    def find(*_: object) -> list[WaitingItem]:
        raise AtlasError(kind)

    broken = WaitingKind("broken", "Broken", "Nothing.", find)
    waiting, failed = what_waits(house.atlas, steward(house), (broken, *WAITING))
    assert len(waiting) == 2 and failed == [broken]


def test_lateness_goes_by_each_datasets_own_promise(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (by_publisher, by_source) = scopes_of(house.atlas, steward(house))
    assert count_late(house.atlas, by_publisher) == 1
    assert [due.hit.remote_id for due in late_datasets(house.atlas, by_publisher, 9)] == ["LATE"]
    assert count_late(house.atlas, by_source) == 0
    assert count_late(house.atlas, Scope("publisher", None)) == 2
    (first, _) = late_datasets(house.atlas, Scope("publisher", None), 9)
    assert first.hit.remote_id == "OTHER"
    (only,) = late_datasets(house.atlas, Scope("publisher", None), 1)
    assert only.hit.remote_id == "OTHER"
    # Where there are more than the index pages through, those of fewer days are asked for.
    monkeypatch.setattr(stale, "MAX_WINDOW", 1)
    (only,) = late_datasets(house.atlas, Scope("publisher", None), 1)
    assert only.hit.remote_id == "OTHER"


def test_all_that_is_late_is_told_page_by_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = House(tmp_path / "var")
    days = ["1997-05-01", *["2026-02-03"] * 5, "2026-02-04", "2025-01-01", "2026-08-30"]
    records = [portal(f"M{n}", f"线路{n}", update_time=day) for n, day in enumerate(days)]
    records.append(
        portal("YEAR", "年报", update_time="2024-01-01", update_frequency="每年"),
    )
    with made.atlas:
        made.submit("city", records)
        made.project()
        scope = Scope("publisher", None)
        late = [late_page(made.atlas, scope, None, offset, 2) for offset in range(0, 11, 2)]
        found = [due.hit.remote_id for page in late for due in page]
        assert [len(page) for page in late] == [2, 2, 2, 2, 1, 0]
        assert sorted(found) == ["M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7", "YEAR"]
        assert found[:3] == ["M0", "YEAR", "M7"] or found[:3] == ["M0", "M7", "YEAR"]
        assert found[-1] == "M6"
        assert [due.day for page in late for due in page] == sorted(
            due.day for page in late for due in page
        )
        assert late_by_frequency(made.atlas, scope) == {"monthly": 8, "annual": 1}
        (only,) = late_page(made.atlas, scope, "annual", 0, 100)
        assert only.hit.remote_id == "YEAR"
        monkeypatch.setattr(dataset_pages, "LATE_PER_PAGE", 4)
        admin = {**made.token("admin"), **HTML}
        with served(made) as address, httpx.Client(base_url=address, headers=admin) as client:
            first = client.get("/workbench/late", params={"lang": "en"}).text
            assert "9 datasets, the longest overdue first" in first and "page=2" in first
            last = client.get("/workbench/late", params={"page": "3", "lang": "en"}).text
            assert "线路6" in last and "线路1" not in last
            yearly = client.get("/workbench/late", params={"frequency": "annual"}).text
            assert "年报" in yearly and "线路" not in yearly
            none = client.get("/workbench/late", params={"frequency": "daily", "lang": "en"}).text
            assert "No dataset is like this." in none


def test_a_dataset_that_promises_two_intervals_is_due_by_each(tmp_path: Path) -> None:
    made = House(tmp_path / "var")
    with made.atlas:
        made.submit("city", [portal("TWO", "两个频率", update_time="2025-01-01")])
        (stored,) = made.atlas.journal.list_records(source="city", limit=5)
        record = made.atlas.journal.get(stored.iri)
        assert record is not None and record.nquads is not None
        line = next(one for one in record.nquads.splitlines() if "accrualPeriodicity" in one)
        more = [line.replace("/monthly", f"/{name}") for name in ("annual", "irregular")]
        reader = SourceReader("city", made.settings.base_iri, made.atlas.vocabulary)
        form = body_format("application/n-triples", single=True)
        text = "\n".join([record.nquads, *more, ""])
        item = reader.record(text.encode(), form, "TWO")
        (outcome,) = made.atlas.catalog.submit([item], Submission("city", "test", gate="report"))
        assert outcome.error is None
        made.project()
        two = late_page(made.atlas, Scope("publisher", None), None, 0, 100)
        assert {one.frequency.rpartition("/")[2]: one.day for one in two} == {
            "monthly": date(2025, 2, 1),
            "annual": date(2026, 1, 2),
        }


def test_the_calendar_has_the_days_by_which_updates_are_promised(house: House) -> None:
    today = house.atlas.clock.today()
    days = calendar(house.atlas, steward(house), DEADLINES, today, today + timedelta(30))
    told = {day.day: [kind.name for kind, _ in day.entries] for day in days}
    # Updated on 20 August, and every month: a month has 31 days at most.
    assert "update" in told[today + timedelta(19)]
    assert told[today + timedelta(10)] == ["held"]


def test_own_records_are_shown_in_every_state(house: House) -> None:
    own = frozenset({"desk"})
    found = own_records(house.atlas, own, OwnFilter(), 0, 25)
    assert {one.remote_id: one.standings for one in found} == {
        "OWN": ("public",),
        "SHUT": ("closed",),
        "HELD": ("waiting",),
    }
    assert {one.remote_id: one.title["zh"] for one in found}["HELD"] == "等待"
    for standing, count in (("public", 1), ("waiting", 1), ("closed", 1), ("missing", 0)):
        wanted = OwnFilter(standing=standing)  # type: ignore[arg-type]  # all are standings
        assert count_own(house.atlas, own, wanted) == count
        assert len(own_records(house.atlas, own, wanted, 0, 25)) == count
    assert count_own(house.atlas, own, OwnFilter(rule="R01")) == 1


def test_what_a_department_publishes_elsewhere_is_its_own_too(house: House) -> None:
    scope = scopes_of(house.atlas, steward(house))[0]
    total, found = published(house.atlas, scope, OwnFilter(), 0, 25)
    assert total == 3 and {one.remote_id for one in found} == {"LATE", "NOW", "OWN"}
    fresh = {one.remote_id: one.fresh.verdict for one in found if one.fresh is not None}
    assert fresh["LATE"] == "late" and fresh["NOW"] == "ontime"
    assert published(house.atlas, scope, OwnFilter(text="站点"), 0, 25)[0] == 2


def test_the_pages_answer_and_tell_caches_to_keep_nothing(house: House) -> None:
    paths = (
        "",
        "/my-datasets",
        "/my-datasets?of=published&q=公交",
        "/late",
        "/late?of=source",
        "/held",
    )
    with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
        for path in paths:
            for lang in ("zh", "en"):
                answer = client.get(
                    f"/workbench{path}",
                    params={"lang": lang} if "?" not in path else None,
                    headers={**house.token("admin"), **HTML},
                )
                assert answer.status_code == 200, path
                assert answer.headers["cache-control"] == "private, no-store"
            assert client.get(f"/workbench{path}", headers=HTML).status_code == 401, path
        assert client.get("/workbench", headers=house.token("write")).status_code == 403
