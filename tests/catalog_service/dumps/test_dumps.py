"""Dumps: what is in them, what is not any more, how they change, and how they are sent."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path
from threading import Event

import httpx
import pyoxigraph as ox
import pytest
import zstandard

from catalog_service.atlas import Atlas
from catalog_service.dumps import nightly, table, work
from catalog_service.dumps.model import Manifest
from catalog_service.dumps.thinning import Retention
from catalog_service.graph.store import STATE_GRAPH
from ontology.errors import AtlasError
from ontology.terms import VOCAB
from tests.fixtures.command import LIST, Cli
from tests.fixtures.web import BASE, House, own_site, portal

__all__ = ["own_site"]

Site = tuple[House, httpx.Client]
CITY = f"{BASE}/id/dataset/city"


def text(client: httpx.Client, dump: Manifest, name: str) -> str:
    packed = client.get(f"/dumps/{dump.name}/{name}.zst").content
    plain = zstandard.ZstdDecompressor().stream_reader(io.BytesIO(packed)).read()
    assert gzip.decompress(client.get(f"/dumps/{dump.name}/{name}.gz").content) == plain
    return plain.decode()


def named(quads: Iterable[ox.Quad]) -> list[str]:
    """Statements in named graphs in their canonical form, which gives blank nodes their names."""
    dataset = ox.Dataset(
        quad
        for quad in quads
        if quad.graph_name != ox.DefaultGraph()  # type: ignore[attr-defined]
    )
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return sorted(str(quad) for quad in dataset)


def loaded(nquads: str) -> ox.Store:
    store = ox.Store()
    store.load(nquads, format=ox.RdfFormat.N_QUADS)
    return store


def test_a_dump_is_the_published_graph(own_site: Site) -> None:
    house, client = own_site
    made = work.create(house.atlas)
    published = house.atlas.graph.current()
    assert (made.journal, made.snapshot) == (published.checkpoint, published.number)
    quads = text(client, made, "catalog.nq")
    assert named(loaded(quads)) == named(published.store)
    assert made.quads == quads.count("\n") and made.records == 4
    turtle = ox.Dataset(ox.parse(text(client, made, "catalog.ttl"), format=ox.RdfFormat.TURTLE))
    default = published.store.quads_for_pattern(None, None, None, ox.DefaultGraph())
    assert len(turtle) == sum(1 for _ in default)
    rows = list(csv.DictReader(io.StringIO(text(client, made, "datasets.csv").lstrip("\ufeff"))))
    bus = next(row for row in rows if row["remote_id"] == "BUS1")
    assert len(rows) == 4 and bus["title"] == "公交线路与站点"
    assert bus["open_type"] == "unconditional" and bus["formats"] == "csv"
    # A language in each column, and the IRIs beside them in the same order.
    assert (bus["themes"], bus["themes_en"]) == ("道路交通", "Roads and transport")
    assert bus["theme_iris"] == f"{VOCAB}domain/4"
    assert bus["publishers"] == "上海市交通委员会"
    assert bus["publisher_iris"].startswith(f"{VOCAB}organization/")
    assert bus["publishers_en"].isascii() and bus["publishers_en"]
    described = Path("docs/dumps.md").read_text(encoding="utf-8").partition("### The table")[2]
    told = re.findall(r"`([a-z_]+)`", "".join(re.findall(r"(?m)^\| (`[^|]*) \|", described)))
    assert tuple(told) == tuple(rows[0]) == table.COLUMNS
    assert client.get(bus["url"].removeprefix(BASE)).status_code == 200
    for hidden in ("CLOSED", "SECRETGONE", "HELD", "GONE", "TURNED"):
        assert hidden not in quads


def test_what_changed_between_two_dumps_leads_from_one_to_the_other(own_site: Site) -> None:
    house, client = own_site
    first = work.create(house.atlas)
    store = loaded(text(client, first, "catalog.nq"))
    house.clock.step(24 * 60)
    house.submit("city", [portal("NEW", "新的线路"), portal("BUS1", "公交线路改名")])
    house.withdraw("city", "COND")
    house.project()
    second = work.create(house.atlas)
    assert second.since == first.name
    dropped = text(client, second, "dropped.txt").split("\n")[:-1]
    assert dropped == [f"{CITY}/COND", STATE_GRAPH]
    removed = text(client, second, "removed.nq")
    assert "公交线路与站点" in removed and "COND" not in removed
    for name in dropped:
        graph = ox.NamedNode(name)
        store.remove_graph(graph)
        for quad in list(store.quads_for_pattern(graph, None, None, None)):
            store.remove(quad)
    for quad in ox.parse(removed, format=ox.RdfFormat.N_QUADS):
        store.remove(quad)
    store.load(text(client, second, "added.nq"), format=ox.RdfFormat.N_QUADS)
    assert named(store) == named(loaded(text(client, second, "catalog.nq")))


def test_a_dump_is_withheld_from_the_closing_on_and_made_anew(own_site: Site) -> None:
    house, client = own_site
    first = work.create(house.atlas)
    house.clock.step(24 * 60)
    house.submit("city", [portal("BUS1", "公交线路改名")])
    house.project()
    second = work.create(house.atlas)
    assert "公交线路改名" in text(client, second, "added.nq")
    house.submit("city", [portal("BUS1", "公交线路", is_open="非开放")])
    # At once, before any worker has seen it.
    for dump in (first, second):
        answer = client.get(f"/dumps/{dump.name}/catalog.nq.gz")
        assert (answer.status_code, answer.json()["code"]) == (503, "dump-renewed")
        assert answer.headers["retry-after"] == "600"
    assert client.get("/api/v1/dumps").json()["dumps"] == []
    assert client.get("/dumps/latest/manifest.json").status_code == 404
    assert {one.name for one in work.renew(house.atlas)} == {first.name, second.name}
    assert work.renew(house.atlas) == []
    for dump in (first, second):
        for name in ("catalog.nq", "catalog.ttl", "datasets.csv"):
            assert "BUS1" not in text(client, dump, name)
    assert "BUS1" not in text(client, second, "added.nq") + text(client, second, "removed.nq")
    # Public again: what it said before stays out, and the next changes bring it whole.
    house.submit("city", [portal("BUS1", "公交线路回来")])
    house.project()
    third = work.create(house.atlas)
    assert f"{CITY}/BUS1\n" in text(client, third, "dropped.txt")
    assert "公交线路回来" in text(client, third, "added.nq")
    assert "BUS1" not in text(client, first, "catalog.nq")


def test_files_are_sent_in_parts_and_by_their_tags(own_site: Site) -> None:
    house, client = own_site
    made = work.create(house.atlas)
    file = made.file("catalog.nq.zst")
    assert file is not None
    path = f"/dumps/{made.name}/{file.name}"
    whole = client.get(path)
    assert hashlib.sha256(whole.content).hexdigest() == file.sha256
    assert whole.headers["content-type"] == "application/zstd"
    tag = whole.headers["etag"]
    part = client.get(path, headers={"Range": "bytes=10-19", "If-Range": tag})
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert client.get(path, headers={"Range": "bytes=10-", "If-Range": '"x"'}).status_code == 200
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    newest = client.get("/dumps/latest/catalog.nq.zst", follow_redirects=False)
    assert (newest.status_code, newest.headers["location"]) == (307, path)
    assert f"{file.sha256}  {file.name}\n" in client.get(f"/dumps/{made.name}/SHA256SUMS").text
    for wrong in ("/dumps/2026-01-01-00000001/catalog.nq.gz", f"/dumps/{made.name}/records"):
        assert client.get(wrong).json()["code"] == "dump-not-found"


def test_a_killed_run_leaves_nothing_that_is_listed(own_site: Site) -> None:
    house, client = own_site
    atlas = house.atlas
    made = work.create(atlas)
    half: Path = atlas.dumps.shelf.folder / "2026-09-02-00000099" / "r1"
    half.mkdir(parents=True)
    (half / "catalog.nq.zst").write_bytes(b"half")
    (atlas.dumps.shelf.path(made, "").parent / "r9").mkdir()
    assert [one["name"] for one in client.get("/api/v1/dumps").json()["dumps"]] == [made.name]
    assert client.get("/dumps/2026-09-02-00000099/catalog.nq.zst").status_code == 404
    # The same day and change: the same dump.
    assert work.create(atlas).files == made.files
    assert [path.name for path in atlas.dumps.shelf.folder.glob("*/r*")] == ["r1"]
    with atlas.dumps.shelf.locked(), pytest.raises(AtlasError) as caught:
        work.create(atlas)
    assert caught.value.code == "dumps-busy"


def test_a_dump_is_made_when_its_time_has_come_and_renewed_when_something_ended(
    own_site: Site,
) -> None:
    house = own_site[0]
    jobs: list[str] = []
    hours = [15, 8, 0, 0, 1, 24]

    class Stop(Event):
        """Ends after as many looks as there are hours in the list, which pass before each."""

        def wait(self, timeout: float | None = None) -> bool:
            if not hours:
                return True
            house.clock.step(60 * hours.pop(0))
            if len(jobs) == 1:
                house.withdraw("city", "COND")
            return False

    def perform(atlas: Atlas, job: nightly.Job, stop: Event) -> None:
        jobs.append(job)
        if job == "create":
            work.create(atlas)
        elif len(jobs) > 2:
            work.renew(atlas)

    # From 13:00 on: nothing is due until half past two.
    nightly.run(house.atlas, Stop(), perform=perform)
    # What was not renewed rests before it is tried again; the next night comes of itself.
    assert jobs == ["create", "renew", "renew", "create"]


def test_the_newest_of_each_day_week_and_month_is_kept() -> None:
    days = [date(2026, 9, 1) - timedelta(days=n) for n in range(120)]
    dumps = [(f"{day}{half}", day) for day in days for half in ("b", "a")]
    kept = sorted(Retention.of("3d 2w 4m").kept(dumps))
    assert kept == [
        *("2026-06-30b", "2026-07-31b", "2026-08-30b"),
        *("2026-08-31b", "2026-09-01b"),
    ]


def test_the_command_makes_and_lists_dumps(tmp_path: Path) -> None:
    atlas = Cli(tmp_path)
    assert atlas("dump", "list").code == 3
    assert atlas("import", LIST, "--source", "jtw").code in (0, 1)
    made = atlas("dump", "create", "--json").json
    assert Path(made["folder"], "catalog.nq.zst").is_file()
    (listed,) = atlas("dump", "list", "--json").json["dumps"]
    assert listed["offered"] and listed["name"] == made["name"]
    assert made["name"] in atlas("dump", "list").out
