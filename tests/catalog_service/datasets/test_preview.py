"""The first rows of a file on request: only where they may be shown, bounded, kept for a while."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from catalog_service.datasets.preview import AT_ONCE, Previews, Target
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from tests.fixtures.web import HTML, SteppingClock, opened

CSV = "站名,姓名\n人民广场,张三\n"
PAGE = {**HTML, "Accept-Language": "zh"}


@contextmanager
def platform(body: bytes) -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

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


def turtle(url: str, open_type: str = "unconditional") -> str:
    return f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
<https://elsewhere.example/{open_type}> a dcat:Dataset ; dct:identifier "{open_type}" ;
  dct:title "站点"@zh ; dcat:theme <https://w3id.org/shdata/vocab/domain/4> ;
  dct:accessRights <https://w3id.org/shdata/vocab/open-type/{open_type}> ;
  dcat:distribution [ a dcat:Distribution ; dct:title "文件" ; dct:format "CSV" ;
    dcat:downloadURL <{url}/stations.csv> ] .
"""


def test_rows_are_shown_where_the_operator_and_the_open_type_allow(tmp_path: Path) -> None:
    with (
        platform(CSV.encode()) as (url, asked),
        opened(tmp_path / "on", preview=True) as (house, client),
    ):
        house.submit_turtle("city", turtle(url))
        house.submit_turtle("city", turtle(url, "conditional"))
        house.project()
        own = "/dataset/city/unconditional"
        assert f'href="{own}/preview"' in client.get(own, headers=PAGE).text
        assert "/preview" not in client.get("/dataset/city/conditional", headers=PAGE).text
        assert client.get("/dataset/city/conditional/preview", headers=PAGE).status_code == 404
        # An inner address, as any stranger's record could name one: nothing is asked there.
        assert client.get(f"{own}/preview", headers=PAGE).status_code == 502
        assert asked == []
        house.atlas.previews = Previews(house.settings, house.clock, ("127.0.0.1",))
        for _ in range(2):
            text = client.get(f"{own}/preview", headers=PAGE).text
            assert "人民广场" in text
            assert "张三" not in text
        assert asked == ["/stations.csv"]
    with opened(tmp_path / "off") as (house, client):
        house.submit_turtle("city", turtle("https://files.example"))
        house.project()
        assert "/preview" not in client.get("/dataset/city/unconditional", headers=PAGE).text
        answer = client.get("/dataset/city/unconditional/preview", headers=PAGE)
        assert answer.status_code == 404


def test_rows_and_failures_are_kept_for_a_while(tmp_path: Path) -> None:
    clock = SteppingClock()
    with platform(CSV.encode()) as (url, asked):
        previews = Previews(Settings(home=tmp_path), clock, ("127.0.0.1",))
        target = Target(f"{url}/a.csv", "csv")
        previews.of(target)
        previews.of(target)
        assert len(asked) == 1
        clock.moment += timedelta(hours=2)
        previews.of(target)
        assert len(asked) == 2
        wrong = Target(f"{url}/a.xlsx", "xlsx")
        for _ in range(2):
            with pytest.raises(AtlasError) as failed:
                previews.of(wrong)
            assert failed.value.code == "preview-failed"
        assert len(asked) == 3


def test_large_files_are_given_up_and_others_wait_their_turn(tmp_path: Path) -> None:
    with platform(b"a,b\n" * 2_000_000) as (url, _):
        previews = Previews(Settings(home=tmp_path), SteppingClock(), ("127.0.0.1",))
        with pytest.raises(AtlasError) as failed:
            previews.of(Target(f"{url}/a.csv", "csv"))
        assert failed.value.params["reason"] == "answer-too-large"
        for _ in range(AT_ONCE):
            assert previews._places.acquire(blocking=False)
        with pytest.raises(AtlasError) as busy:
            previews.of(Target(f"{url}/b.csv", "csv"))
        assert busy.value.code == "preview-busy"
