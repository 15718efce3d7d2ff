"""The Elasticsearch engine beyond the suite that all engines share: its indices, its limits."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from ontology.errors import AtlasError
from search.index.elastic import ElasticIndex, bulk
from search.index.elastic.circuit import Retry
from search.index.elastic.schema import SCHEMA_VERSION
from search.index.model import SearchDocument
from search.model import Query
from tests.fixtures.elasticsearch import drop_indices, index_name
from tests.fixtures.searchable import Searchable

ROOT = Path(__file__).resolve().parents[4]

pytestmark = pytest.mark.services


def doc(number: int, title: str = "停车场", **values: object) -> SearchDocument:
    return SearchDocument(
        iri=f"https://data.example/id/dataset/s/{number}",
        source="s",
        remote_id=str(number),
        hash=f"{number:064x}",
        title=f"{title}{number}",
        **values,  # type: ignore[arg-type]
    )


class House:
    """A name on the server, and engines that use it."""

    def __init__(self, url: str) -> None:
        self.url, self.name = url, index_name()
        self.opened: list[Searchable] = []

    def open(self, **more: object) -> Searchable:
        more.setdefault("read_seconds", 60)
        self.opened.append(Searchable(ElasticIndex(self.url, self.name, **more)))  # type: ignore[arg-type]
        return self.opened[-1]

    def indices(self) -> list[str]:
        answer = httpx.get(f"{self.url}/{self.name}-*/_alias", timeout=60).raise_for_status()
        return sorted(answer.json())

    def index(self, number: int, schema: int = SCHEMA_VERSION) -> str:
        return f"{self.name}-v{schema}-{number:06}"

    def leave_behind(self, index: str) -> None:
        httpx.put(f"{self.url}/{index}", timeout=60).raise_for_status()


@pytest.fixture
def house(elasticsearch_url: str) -> Iterator[House]:
    made = House(elasticsearch_url)
    yield made
    for engine in made.opened:
        engine.close()
    drop_indices(made.url, made.name)


# -- indices -----------------------------------------------------------------------------------


def test_reading_creates_nothing(house: House) -> None:
    engine = house.open()
    assert engine.search(Query("停车场")).total == 0
    assert (engine.checkpoint(), engine.size(), list(engine.hashes())) == (0, 0, [])
    assert engine.more_like("i:1") == ()
    assert house.indices() == []


def test_an_index_that_must_be_there_is_missed(house: House) -> None:
    engine = house.open(required=lambda: True)
    with pytest.raises(AtlasError) as caught:
        engine.search(Query("停车场"))
    assert caught.value.code == "index-missing"
    assert engine.checkpoint() == 0


def test_a_rebuild_leaves_one_index_and_the_old_one_answers_until_then(house: House) -> None:
    now = 0.0
    engine = house.open(monotonic=lambda: now)
    engine.write([doc(1)], [], 1)
    assert house.indices() == [house.index(1)]
    engine.rebuild([doc(2)], lambda: 2)
    # Requests that began on the old one may still end on it.
    assert house.indices() == [house.index(1), house.index(2)]
    assert [hit.remote_id for hit in engine.search(Query()).hits] == ["2"]
    engine.inspect(thorough=True)
    assert len(house.indices()) == 2
    now = 31.0
    engine.inspect(thorough=True)
    assert house.indices() == [house.index(2)]
    engine.rebuild([doc(3)], lambda: 3)
    engine.close()
    assert house.indices() == [house.index(3)]


def test_leftovers_of_a_crash_and_of_older_programs_go_and_nothing_else(house: House) -> None:
    house.open().write([doc(1)], [], 1)
    house.leave_behind(house.index(2))
    older, newer = house.index(7, SCHEMA_VERSION - 1), house.index(7, SCHEMA_VERSION + 1)
    foreign = f"{house.name}-v{SCHEMA_VERSION}-notes"
    for index in (older, newer, foreign):
        house.leave_behind(index)
    engine = house.open()
    engine.write([doc(2)], [], 2)
    assert house.indices() == sorted([house.index(1), newer, foreign])
    assert engine.size() == 2


def test_a_rebuild_that_fails_leaves_no_index_behind(house: House) -> None:
    engine = house.open()
    engine.write([doc(1)], [], 1)

    def broken() -> Iterator[SearchDocument]:
        yield from (doc(n) for n in range(10, 10 + bulk.MAX_ACTIONS + 5))
        raise RuntimeError("the journal is gone")

    with pytest.raises(RuntimeError):
        engine.rebuild(broken(), lambda: 2)
    assert house.indices() == [house.index(1)]
    assert engine.size() == 1


def test_an_index_deleted_by_hand_does_not_come_back_with_a_guessed_mapping(house: House) -> None:
    engine = house.open()
    engine.write([doc(1)], [], 1)
    httpx.delete(f"{house.url}/{house.index(1)}", timeout=60).raise_for_status()
    assert engine.checkpoint() == 0
    engine.write([doc(2)], [], 2)
    mapping = httpx.get(f"{house.url}/{house.index(1)}/_mapping", timeout=60).json()
    assert mapping[house.index(1)]["mappings"]["dynamic"] == "strict"
    assert engine.size() == 1


def test_readers_never_fail_while_it_is_rebuilt(house: House) -> None:
    engine = house.open()
    engine.write([doc(n) for n in range(5)], [], 1)
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        reader = house.open()
        while not done.is_set():
            try:
                total = reader.search(Query("停车场")).total
                if total != 5:
                    wrong.append(total)
            except AtlasError as error:
                wrong.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    for checkpoint in range(2, 6):
        engine.rebuild([doc(n) for n in range(5)], lambda reached=checkpoint: reached)  # type: ignore[misc]
    done.set()
    thread.join()
    assert wrong == []


# -- writing -----------------------------------------------------------------------------------


def test_many_requests_make_one_commit(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MAX_ACTIONS", 7)
    monkeypatch.setattr(bulk, "MAX_BYTES", 3_000)
    engine, reader = house.open(), house.open()
    seen: set[tuple[int, int]] = set()
    documents = [doc(n, description="说明" * (n * 20)) for n in range(60)]
    engine.write(documents, [], 1)
    sent = engine._bulk._once

    def looking(*arguments: object, **more: object) -> object:
        result = reader.search(Query())
        seen.add((result.checkpoint, result.total))
        return sent(*arguments, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(engine._bulk, "_once", looking)
    engine.write([doc(n) for n in range(60, 100)], [d.iri for d in documents[:30]], 2)
    assert seen == {(1, 60)}
    assert (reader.checkpoint(), reader.size()) == (2, 70)


def test_a_record_that_the_server_refuses_is_named_and_the_checkpoint_stays(house: House) -> None:
    engine = house.open()
    engine.write([doc(1)], [], 1)
    # Lucene takes no term beyond 32,766 bytes.
    poison = SearchDocument("i:poison", "s", "poison", "f" * 40_000, "停车场")
    with pytest.raises(AtlasError) as caught:
        engine.write([doc(2), poison, doc(3)], [], 2)
    assert caught.value.code == "index-item-refused"
    assert caught.value.params["iri"] == "i:poison"
    assert caught.value.params["count"] == 1
    assert (engine.checkpoint(), engine.search(Query()).total) == (1, 1)
    engine.write([doc(2), doc(3)], [], 2)
    assert (engine.checkpoint(), engine.search(Query()).total) == (2, 3)


def test_names_that_are_longer_than_an_id_may_be(house: House) -> None:
    engine = house.open()
    long = [f"https://data.example/{letter}{'长' * 400}" for letter in "ab"]
    engine.write([SearchDocument(iri, "s", "1", "0" * 64, "停车场") for iri in long], [], 1)
    assert sorted(iri for iri, _ in engine.hashes()) == long
    engine.write([], long[:1], 2)
    assert [iri for iri, _ in engine.hashes()] == long[1:]


def test_hashes_are_told_over_several_pages(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.index.elastic.reader._SCANNED", 7)
    engine = house.open()
    engine.write([doc(n) for n in range(30)], [], 1)
    walk = iter(engine.hashes())
    first = next(walk)
    # What is written meanwhile does not show in a walk that has begun.
    engine.write([doc(n) for n in range(30, 40)], [doc(5).iri], 2)
    assert len({first, *walk}) == 30


def test_a_page_behind_ten_thousand_is_reached_by_its_cursor(house: House) -> None:
    engine = house.open()
    engine.rebuild((doc(n, modified="2023-01-01") for n in range(10_300)), lambda: 1)
    seen: set[str] = set()
    cursor = None
    while True:
        page = engine.search(Query(sort="modified", limit=1_000, cursor=cursor, facets=False))
        assert page.total == 10_300
        assert seen.isdisjoint(hit.iri for hit in page.hits)
        seen |= {hit.iri for hit in page.hits}
        cursor = page.cursor
        if cursor is None:
            break
    assert len(seen) == 10_300


# -- requests ----------------------------------------------------------------------------------


def requests_of(engine: Searchable, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """A list that grows by one with every request of a reader."""
    sent: list[object] = []
    ask = engine._connection.ask

    def noting(request: Any, *more: Any) -> object:
        sent.append(request)
        return ask(request, *more)

    monkeypatch.setattr(engine._connection, "ask", noting)
    return sent


def test_names_of_many_publishers_take_one_request(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = house.open()
    documents = [
        doc(
            n,
            modified="2023-01-01",
            publishers=(f"第{n % 90}局", "总局"),
            facets={"publisher": (f"p:{n % 90}", "p:all"), "year": (f"{2000 + n % 3}",)},
        )
        for n in range(180)
    ]
    engine.write(documents, [], 1)
    sent = requests_of(engine, monkeypatch)
    query = Query(limit=5, facets=("publisher", "year"), facet_size=200)
    result = engine.search(query)
    assert {v.value: v.label for v in result.facets["publisher"]} == {
        "p:all": "总局",
        **{f"p:{n}": f"第{n}局" for n in range(90)},
    }
    assert {v.value: v.count for v in result.facets["year"]} == dict.fromkeys(
        ("2000", "2001", "2002"), 60
    )
    # The commit, page and counts together, the documents of the page, the names.
    assert len(sent) == 4
    sent.clear()
    assert engine.search(query).facets == result.facets
    assert len(sent) == 1
    sent.clear()
    # Facets that carry a filter are counted without it, in the same request.
    filters = {"year": ("2001",), "publisher": ("p:1", "p:2")}
    few = engine.search(replace(query, filters=filters))
    assert len(sent) <= 3
    assert {v.value: v.count for v in few.facets["year"]} == {"2001": 2, "2002": 2}
    assert few.total == 2
    # Those of that year, and the chosen ones whatever they count.
    assert len(few.facets["publisher"]) == 32
    assert few.facets["publisher"][0].label == "总局"


# -- the server's limits -----------------------------------------------------------------------


def test_credentials_stay_out_of_messages_and_logs(house: House) -> None:
    script = (
        "import logging, sys\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "from search.index.elastic import ElasticIndex\n"
        "from search.service import SearchService\n"
        "from search.model import Query\n"
        "from ontology.errors import AtlasError\n"
        "index = ElasticIndex(sys.argv[1], sys.argv[2], read_seconds=60)\n"
        "engine = SearchService(index)\n"
        "print(repr(index._connection.address), engine.search(Query()).total)\n"
        "try: SearchService(ElasticIndex('http://name:s3cret@127.0.0.1:1')).search(Query())\n"
        "except AtlasError as error: print(error, error.params)\n"
        "try: ElasticIndex('ftp://name:s3cret@127.0.0.1:1')\n"
        "except AtlasError as error: print(error, error.params)\n"
    )
    address = house.url.replace("://", "://name:s3cret@")
    done = subprocess.run(
        [sys.executable, "-c", script, address, house.name],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    said = done.stdout + done.stderr
    assert "search-unreachable" in said
    assert "search-address-invalid" in said
    # "name:s3cret" in base64, as the header carries it.
    for secret in ("s3cret", "bmFtZTpzM2NyZXQ"):
        assert secret not in said


def test_a_server_that_is_not_there_is_told_at_once_and_typed() -> None:
    pauses: list[float] = []
    retry = Retry(attempts=3, least=0.5, most=0.7, sleep=pauses.append, chance=lambda: 1.0)
    engine = Searchable(ElasticIndex("http://127.0.0.1:1", retry=retry))
    for work in (
        lambda: engine.search(Query("停车场")),
        engine.checkpoint,
        lambda: list(engine.hashes()),
        lambda: engine.write([doc(1)], [], 1),
        lambda: engine.rebuild([doc(1)], lambda: 1),
    ):
        with pytest.raises(AtlasError) as caught:
            work()
        assert caught.value.code == "search-unreachable"
        assert "127.0.0.1:1" in caught.value.message("zh")
    engine.close()
