"""Files of datasets that anybody may take: fetched where allowed, profiled, kept where changed."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from catalog_service.quality.data.targets import code_lists
from catalog_service.quality.service import profile_data, profiles_of
from harvesters.platforms.http import GuardedClient
from harvesters.platforms.limits import RequestLimits
from harvesters.platforms.politeness import HostTurns
from ontology.errors import AtlasError
from ontology.vocabulary import load_vocabulary
from tests.fixtures.web import HTML, House, served

TODAY = date(2026, 9, 1)
UNCHANGED = "Tue, 01 Sep 2026 00:00:00 GMT"
CSV = "站名,客流\n人民广场,12\n徐家汇,无\n人民广场,12\n"


@contextmanager
def platform(
    files: dict[str, bytes], modified: Callable[[int], str] = lambda _: UNCHANGED
) -> Iterator[tuple[str, list[str]]]:
    """A server of files; ``modified``: when they changed, by how often it was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = files.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Last-Modified", modified(len(asked)))
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def turtle(url: str, name: str, open_type: str = "unconditional") -> str:
    return f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix csvw: <http://www.w3.org/ns/csvw#> . @prefix shd: <https://w3id.org/shdata/def/> .
<https://elsewhere.example/{name}> a dcat:Dataset ; dct:identifier "{name}" ;
  dct:title "站点"@zh ; dcat:theme <https://w3id.org/shdata/vocab/domain/4> ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/{open_type}> ;
  shd:dataItem [ a csvw:Column ; csvw:title "站名"@zh ; csvw:datatype "VARCHAR2(3)" ] ,
    [ a csvw:Column ; csvw:title "客流"@zh ; csvw:datatype "整型" ] ,
    [ a csvw:Column ; csvw:title "线路"@zh ] ;
  dcat:distribution [ a dcat:Distribution ; dct:title "文件" ; dct:format "CSV" ;
    dcat:downloadURL <{url}/{name}.csv> ] .
"""


@contextmanager
def opened(folder: Path, *, fetch: bool) -> Iterator[House]:
    house = House(folder, quality_fetch=fetch)
    with house.atlas:
        yield house


def on(house: House, day: date) -> None:
    house.clock.today = lambda: day  # type: ignore[method-assign]


def test_a_file_is_profiled_and_kept_where_it_changed(tmp_path: Path) -> None:
    files = {"/a.csv": CSV.encode()}
    with (
        platform(files) as (url, asked),
        opened(tmp_path, fetch=True) as house,
    ):
        on(house, TODAY)
        text = turtle(url, "a") + turtle(url, "gone") + turtle(url, "shut", "conditional")
        house.submit_turtle("city", text)
        house.project()
        done = profile_data(house.atlas, allow=("127.0.0.1",))
        assert (done.files, done.profiled, done.failed) == (2, 1, 1)
        assert sorted(asked) == ["/a.csv", "/gone.csv"]
        # What was looked at today is not fetched again.
        assert profile_data(house.atlas, allow=("127.0.0.1",)).profiled == 0 and len(asked) == 2
        iri = house.atlas.journal.states("city", ["a"])["a"].iri
        [kept] = profiles_of(house.atlas, iri)
        assert kept.profile is not None and kept.profile.missing == ("线路",)
        assert kept.profile.counts == {
            **{"rows": 3, "columns": 2, "empty": 0, "wrong": 3, "duplicates": 1, "missing": 1}
        }
        on(house, TODAY + timedelta(1))
        profile_data(house.atlas, source="city", allow=("127.0.0.1",))
        [same] = profiles_of(house.atlas, iri)
        assert (same.day, same.seen) == (TODAY, TODAY + timedelta(1))
        on(house, TODAY + timedelta(2))
        files["/a.csv"] = CSV.replace("无", "3").encode()
        profile_data(house.atlas, iris=[iri], allow=("127.0.0.1",))
        new, old = profiles_of(house.atlas, iri)
        assert old == same and new.profile is not None and new.profile.wrong == 2
        with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
            page = client.get("/dataset/city/a?lang=en", headers=HTML).text
            assert 'id="data"' in page and "Wrong cells" in page and "线路" in page
            assert "人民广场" not in page and "徐家汇" not in page
            gone = client.get("/dataset/city/gone?lang=zh", headers=HTML).text
            assert "未能从发布单位获取该文件" in gone
            answer = client.get("/api/v1/datasets/city/a/quality").json()["data"]
            assert (answer["rows"], answer["since"]) == (3, "2026-09-03")
            assert [one["name"] for one in answer["columns"]] == ["站名", "客流"]
            store = ox.Store()
            store.load(
                client.get("/api/v1/datasets/city/a/quality.ttl").content,
                format=ox.RdfFormat.TURTLE,
            )
            assert store.query(
                "PREFIX dqv: <http://www.w3.org/ns/dqv#> ASK { ?m dqv:value 2 ; "
                "dqv:isMeasurementOf ?w FILTER(STRENDS(STR(?w), '#data-wrong')) }"
            )


def test_a_server_that_says_now_adds_no_row_for_each_night(tmp_path: Path) -> None:
    files = {"/a.csv": CSV.encode()}
    with (
        platform(files, lambda n: f"Tue, {n:02} Sep 2026 00:00:00 GMT") as (url, asked),
        opened(tmp_path, fetch=True) as house,
    ):
        house.submit_turtle("city", turtle(url, "a") + turtle(url, "gone"))
        for night in range(4):
            on(house, TODAY + timedelta(night))
            profile_data(house.atlas, allow=("127.0.0.1",))
        assert len(asked) == 8
        for name in ("a", "gone"):
            iri = house.atlas.journal.states("city", [name])[name].iri
            [kept] = profiles_of(house.atlas, iri)
            assert (kept.day, kept.seen) == (TODAY, TODAY + timedelta(3))
        # A file with other bytes is another, whatever is said.
        files["/a.csv"] = CSV.replace("12", "13").encode()
        on(house, TODAY + timedelta(4))
        profile_data(house.atlas, allow=("127.0.0.1",))
        iri = house.atlas.journal.states("city", ["a"])["a"].iri
        assert len(profiles_of(house.atlas, iri)) == 2


def test_json_that_nests_too_deeply_is_told_on_the_page(tmp_path: Path) -> None:
    deep = b"[" + b'{"a":' * 2_000 + b"1" + b"}" * 2_000 + b"]"
    with platform({"/a.csv": deep}) as (url, _), opened(tmp_path, fetch=True) as house:
        text = turtle(url, "a").replace('"CSV"', '"JSON"')
        house.submit_turtle("city", text)
        house.project()
        assert profile_data(house.atlas, allow=("127.0.0.1",)).failed == 1
        iri = house.atlas.journal.states("city", ["a"])["a"].iri
        assert [one.reason for one in profiles_of(house.atlas, iri)] == ["nested-too-deeply"]
        with served(house) as address, httpx.Client(base_url=address, timeout=60) as client:
            assert "nests too deeply" in client.get("/dataset/city/a?lang=en", headers=HTML).text
            assert "嵌套过深" in client.get("/dataset/city/a?lang=zh", headers=HTML).text


def test_nothing_is_fetched_unless_that_is_allowed(tmp_path: Path) -> None:
    with opened(tmp_path, fetch=False) as house, pytest.raises(AtlasError) as caught:
        profile_data(house.atlas)
    assert caught.value.code == "fetch-not-allowed"
    with (
        platform({"/a.csv": CSV.encode()}) as (url, asked),
        opened(tmp_path / "b", fetch=True) as house,
    ):
        house.submit_turtle("city", turtle(url, "a"))
        # An inner address is not reached.
        assert profile_data(house.atlas).failed == 1 and asked == []


def test_a_download_goes_to_a_file_and_is_bounded() -> None:
    with platform({"/a": b"x" * 3_000_000}) as (url, _):

        def client(most: int) -> GuardedClient:
            return GuardedClient(
                url,
                turns=HostTurns(),
                agent="test/1",
                allow=("127.0.0.1",),
                limits=RequestLimits(body=most),
            )

        sink = BytesIO(b"what was there before")
        with client(4_000_000) as one:
            answer = one.download(f"{url}/a", sink)
        assert (answer.content, len(sink.getvalue())) == (b"", 3_000_000)
        with client(1_000_000) as one, pytest.raises(AtlasError) as caught:
            one.download(f"{url}/a", BytesIO())
        assert caught.value.code == "answer-too-large"
        untouched = BytesIO()
        with client(1_000_000) as one, pytest.raises(AtlasError) as caught:
            one.download(f"{url}/none", untouched)
        assert (caught.value.code, untouched.getvalue()) == ("platform-refused", b"")


def test_the_divisions_of_shanghai_are_a_code_list() -> None:
    codes = code_lists(load_vocabulary())["division-code"]
    assert "310101" in codes and len(codes) >= 16
