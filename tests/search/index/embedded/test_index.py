"""What is the embedded engine's own: files, locks, damage, other processes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ontology.errors import AtlasError
from search.index.embedded import EmbeddedIndex
from search.index.embedded import generations as generations_module
from search.index.embedded.schema import SCHEMA_VERSION
from search.index.embedded.view import EmbeddedView
from search.index.model import SearchDocument
from search.index.plan import Plan
from search.index.protocol import Found
from search.model import Query
from tests.fixtures.searchable import Searchable

ROOT = Path(__file__).resolve().parent.parent.parent


def doc(number: int, title: str = "停车场") -> SearchDocument:
    return SearchDocument(
        iri=f"https://x.example/{number}",
        source="s",
        remote_id=str(number),
        hash=f"{number:064x}",
        title=title,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def engine(folder: Path) -> Iterator[Searchable]:
    engine = Searchable(EmbeddedIndex(folder))
    yield engine
    engine.close()


def live(folder: Path) -> Path:
    root = folder / f"v{SCHEMA_VERSION}"
    return root / (root / "current").read_text().strip()


def test_reading_creates_nothing(folder: Path, engine: Searchable) -> None:
    assert engine.search(Query()).total == engine.checkpoint() == engine.size() == 0
    assert not folder.exists()


def test_another_process_reads_what_this_one_commits(folder: Path, engine: Searchable) -> None:
    script = (
        "import sys; from pathlib import Path; from search.index.embedded import EmbeddedIndex\n"
        "from search.service import SearchService\n"
        "from search.model import Query\n"
        "index = EmbeddedIndex(Path(sys.argv[1])); service = SearchService(index)\n"
        "for _ in sys.stdin: print(service.search(Query()).total, index.checkpoint(), flush=True)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None

        def ask() -> str:
            assert reader.stdin is not None
            assert reader.stdout is not None
            print(file=reader.stdin, flush=True)
            return reader.stdout.readline().strip()

        assert ask() == "0 0"
        engine.write([doc(1)], [], 1)
        assert ask() == "1 1"
        engine.write([doc(2)], [], 2)
        assert ask() == "2 2"
        engine.rebuild([doc(3)], lambda: 7)
        assert ask() == "1 7"
        engine.write([doc(4)], [], 8)
        assert ask() == "2 8"
        reader.stdin.close()


def test_one_writer_at_a_time(folder: Path, engine: Searchable) -> None:
    engine.write([doc(1)], [], 1)
    other = Searchable(EmbeddedIndex(folder))
    for attempt in (lambda: other.write([], [], 2), lambda: other.rebuild([], lambda: 2)):
        with pytest.raises(AtlasError) as caught:
            attempt()
        assert caught.value.code == "index-locked"
    assert other.size() == 1
    engine.close()
    other.write([doc(2)], [], 2)
    assert other.size() == 2
    other.close()


def test_readers_never_fail_while_it_is_rebuilt(engine: Searchable) -> None:
    engine.write([doc(n) for n in range(50)], [], 1)
    done = False

    def read() -> set[tuple[int, int]]:
        seen = set()
        reader = Searchable(EmbeddedIndex(engine._generations.folder))
        while not done:
            result = reader.search(Query("停车场"))
            seen.add((result.total, len(result.hits)))
        return seen

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(read) for _ in range(3)]
        for n in range(8):
            engine.rebuild([doc(m) for m in range(50)], lambda n=n: n)  # type: ignore[misc]
            engine.write([doc(1)], [], n)
        done = True
        assert [reader.result() for reader in readers] == [{(50, 20)}] * 3


def test_only_the_live_generation_stays(folder: Path, engine: Searchable) -> None:
    engine.write([doc(1)], [], 1)
    for n in range(3):
        engine.rebuild([doc(1)], lambda n=n: n)  # type: ignore[misc]
    assert [p for p in live(folder).parent.iterdir() if p.is_dir()] == [live(folder)]


def test_what_a_crash_left_is_swept_by_the_next_writer(folder: Path) -> None:
    with_crash = Searchable(EmbeddedIndex(folder))
    with_crash.write([doc(1)], [], 1)
    with_crash.close()
    left = live(folder).parent / "g000099"
    left.mkdir()
    (left / "half.store").write_bytes(b"x")
    again = Searchable(EmbeddedIndex(folder))
    assert again.size() == 1
    again.write([doc(2)], [], 2)
    assert not left.exists()
    assert again.size() == 2
    again.close()


def test_another_schema_starts_from_nothing(
    folder: Path, engine: Searchable, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.write([doc(1)], [], 5)
    engine.close()
    monkeypatch.setattr(generations_module, "SCHEMA_VERSION", SCHEMA_VERSION + 1)
    newer = Searchable(EmbeddedIndex(folder))
    assert newer.checkpoint() == newer.size() == 0
    newer.rebuild([doc(1), doc(2)], lambda: 6)
    assert newer.size() == 2
    assert [p.name for p in folder.iterdir()] == [f"v{SCHEMA_VERSION + 1}"]
    newer.close()


def damage_meta(generation: Path) -> None:
    (generation / "meta.json").write_text("{")


def damage_meta_away(generation: Path) -> None:
    (generation / "meta.json").unlink()


def damage_segments(generation: Path) -> None:
    for path in generation.glob("*.*"):
        if path.suffix in (".store", ".fast", ".idx", ".term"):
            path.write_bytes(path.read_bytes()[:20])


def damage_segments_away(generation: Path) -> None:
    for path in generation.glob("*.idx"):
        path.unlink()


def damage_pointer(generation: Path) -> None:
    (generation.parent / "current").write_bytes(b"\xff\x00../../etc")


def damage_folder(generation: Path) -> None:
    for path in generation.iterdir():
        path.unlink()
    generation.rmdir()


@pytest.mark.parametrize(
    "damage",
    [
        damage_meta,
        damage_meta_away,
        damage_segments,
        damage_segments_away,
        damage_pointer,
        damage_folder,
    ],
)
def test_damage_is_named_and_a_rebuild_mends_it(folder: Path, damage: object) -> None:
    assert callable(damage)
    before = Searchable(EmbeddedIndex(folder))
    before.write([doc(1)], [], 1)
    before.close()
    damage(live(folder))
    engine = Searchable(EmbeddedIndex(folder))
    for attempt in (
        lambda: engine.search(Query()),
        engine.checkpoint,
        lambda: list(engine.hashes()),
        lambda: engine.write([doc(2)], [], 2),
    ):
        with pytest.raises(AtlasError) as caught:
            attempt()
        assert caught.value.code == "index-corrupt"
        assert "atlas index rebuild" in caught.value.message("zh")
        assert "atlas index rebuild" in caught.value.message("en")
    engine.rebuild([doc(1), doc(2)], lambda: 2)
    assert engine.size() == engine.checkpoint() == 2
    engine.write([doc(3)], [], 3)
    assert engine.size() == 3
    engine.close()


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "index").write_text("a file")
    engine = Searchable(EmbeddedIndex(tmp_path / "index"))
    with pytest.raises(AtlasError) as reading:
        engine.search(Query())
    assert reading.value.code == "index-corrupt"
    with pytest.raises(AtlasError) as writing:
        engine.write([doc(1)], [], 1)
    assert writing.value.code == "index-write-failed"
    assert "index" in writing.value.message("zh")


def test_many_small_commits_stay_searchable(engine: Searchable) -> None:
    for n in range(40):
        engine.write([doc(n), doc(0, f"第{n}次")], [], n + 1)
    assert engine.size() == 40
    assert engine.search(Query("第39次")).hits[0].remote_id == "0"
    assert dict(engine.hashes()) == {doc(n).iri: doc(n).hash for n in range(40)}


def test_words_of_a_removed_document_find_nothing(engine: Searchable) -> None:
    engine.write([doc(1, "zebra"), doc(2)], [], 1)
    engine.write([], [doc(1).iri], 2)
    result = engine.search(Query("zebra"))
    assert (result.total, result.hits) == (0, ())
    assert all(not values for values in result.facets.values())


def test_an_index_that_must_be_there_is_missed(folder: Path) -> None:
    required = [False]
    engine = Searchable(EmbeddedIndex(folder, required=lambda: required[0]))
    assert engine.search(Query()).total == 0
    required[0] = True
    with pytest.raises(AtlasError) as caught:
        engine.search(Query())
    assert caught.value.code == "index-missing"
    engine.write([doc(1)], [], 1)
    assert engine.search(Query()).total == 1
    shutil.rmtree(folder)
    with pytest.raises(AtlasError) as caught:
        engine.search(Query())
    assert caught.value.code == "index-missing"
    engine.rebuild([doc(1), doc(2)], lambda: 2)
    assert engine.search(Query()).total == 2
    engine.close()


@pytest.mark.parametrize("name", ["meta.json", "*.store", "../current"])
def test_an_index_that_may_not_be_read_is_not_called_broken(
    tmp_path_factory: pytest.TempPathFactory, name: str
) -> None:
    # Below a folder of its own, for another user can't pass through pytest's.
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder = Path(place) / "index"
        engine = Searchable(EmbeddedIndex(folder))
        engine.write([doc(1)], [], 1)
        engine.close()
        closed = next(iter(live(folder).parent.glob(f"{live(folder).name}/{name}")))
        closed.chmod(0)
        script = (
            "import encodings.ascii, os, sys; from pathlib import Path\n"
            "from search.index.embedded import EmbeddedIndex; from search.model import Query\n"
            "from search.service import SearchService\n"
            "from ontology.errors import AtlasError\n"
            # Whatever is loaded late, while it may be read.
            "SearchService(EmbeddedIndex(Path('nowhere'))).search(Query())\n"
            "if os.getuid() == 0: os.setuid(65534)\n"
            "try: SearchService(EmbeddedIndex(Path(sys.argv[1]))).search(Query())\n"
            "except AtlasError as error: print(error.code)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, str(folder)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stdout.strip() == "index-unreadable", done.stderr


@pytest.mark.parametrize("sort", ["modified", "title"])
def test_a_cursor_goes_through_everything_once(engine: Searchable, sort: str) -> None:
    titles = ["停车场", "公园", "公园", "学校", "医院", "桥梁", "路灯"]
    engine.write([doc(n, title) for n, title in enumerate(titles)], (), 1)
    whole = [hit.iri for hit in engine.search(Query(sort=sort, limit=50)).hits]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = engine.search(Query(sort=sort, limit=2, cursor=cursor, facets=False))
        assert page.total == len(titles)
        seen += [hit.iri for hit in page.hits]
        cursor = page.cursor
        if cursor is None:
            break
    assert seen == whole


def test_whoever_goes_on_by_title_is_not_searched_for_again(
    folder: Path, engine: Searchable, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.write([doc(n, f"停车场 {n:03}") for n in range(100)], [], 1)
    first = engine.search(Query("停车场", sort="title", limit=7, facets=False))
    asked: list[int] = []
    find = EmbeddedView.find

    def counted(view: EmbeddedView, plan: Plan, limit: int, offset: int = 0) -> Found:
        asked.append(offset)
        return find(view, plan, limit, offset)

    monkeypatch.setattr(EmbeddedView, "find", counted)
    query = Query("停车场", sort="title", limit=7, facets=False, cursor=first.cursor)
    second = engine.search(query)
    assert len(asked) < 5
    asked.clear()
    # Another process has to look for the place, and finds the same.
    other = Searchable(EmbeddedIndex(folder))
    assert other.search(query).hits == second.hits
    assert [hit.remote_id for hit in second.hits] == [str(n) for n in range(7, 14)]
    assert len(asked) > 5
    other.close()
