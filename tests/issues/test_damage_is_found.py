"""One byte changed anywhere is found, or changes nothing that is read."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from catalog_service.atlas import Atlas
from catalog_service.graph import reading
from catalog_service.operations.deep_checks import DEEP
from catalog_service.settings import Settings
from ontology.errors import AtlasError
from tests.fixtures.command import LIST, Cli
from tests.fixtures.live_files import change_files, live_files
from tests.fixtures.service import serving, shown
from tests.fixtures.waiting import until

FLIPS = int(os.environ.get("ATLAS_FLIPS", "15"))
"""Bytes that are changed, one after the other; 200 in `make drill`."""
UNNOTED = {"fingerprint"}
"""A wrong one costs that its record is mapped once more."""
EMPTY = {"projections.lock", "serve.lock", "writer.lock", "LOCK"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("damage")
    done = Cli(folder)("import", LIST, "--source", "jtw", "--json")
    assert done.code == 0, done.err
    return folder / "var"


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "var"))


def findings(home: Path) -> list[str]:
    """Return what ``atlas doctor --deep`` finds amiss, and the words for it."""
    found = []
    with Atlas(Settings(home=home), create=False) as atlas:
        try:
            _ = atlas.journal
        except AtlasError as error:
            return [str(error)]
        for name, look in DEEP:
            try:
                check = look(atlas)
            except AtlasError as error:
                found.append(str(error))
            else:
                if check.verdict != "ok":
                    found.append(f"{name}: {check.detail}")
                    assert check.damages
    return found


def read(home: Path) -> list[object]:
    """Return everything that can be read of journal, graph and index."""
    with closing(sqlite3.connect(home / "journal.sqlite")) as plain:
        tables = [
            name
            for (name,) in plain.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            )
        ]
        told: list[object] = []
        for table in tables:
            columns = [row[1] for row in plain.execute(f"PRAGMA table_info({table})")]
            wanted = ", ".join(f'"{c}"' for c in columns if c not in UNNOTED)
            told.append(sorted(map(repr, plain.execute(f"SELECT {wanted} FROM {table}"))))
    with Atlas(Settings(home=home), create=False) as atlas:
        store = atlas.graph.current().store
        told.append(reading.text_of(store.quads_for_pattern(None, None, None, None)))
        told.append(sorted(atlas.index.hashes()))
    return told


PASSING = ("-shm", "-wal")
"""SQLite's files beside a database in use: they go with the last connection to it."""


def files_of(home: Path) -> list[Path]:
    return sorted(
        p
        for p in home.rglob("*")
        if not p.name.endswith(PASSING) and p.is_file() and p.stat().st_size
    )


def flip(path: Path, offset: int, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[offset] ^= 1 << bit
    path.write_bytes(content)


@pytest.mark.slow
def test_a_sound_catalogue_has_no_findings(home: Path) -> None:
    assert findings(home) == []


def places(home: Path, seed: int, count: int) -> Iterator[tuple[Path, int, int]]:
    """Yield files with offsets: half by bytes, half by files, so that small ones have a turn."""
    chance = random.Random(seed)
    files = files_of(home)
    sizes = [path.stat().st_size for path in files]
    for n in range(count):
        path = chance.choices(files, sizes)[0] if n % 2 else chance.choice(files)
        yield path, chance.randrange(path.stat().st_size), chance.randrange(8)


@pytest.mark.slow
def test_one_byte_anywhere_is_found_or_harmless(made: Path, home: Path) -> None:
    expected = read(home)
    harmless = 0
    for path, offset, bit in places(home, 20260908, FLIPS):
        flip(path, offset, bit)
        if not findings(home):
            assert read(home) == expected, (path, offset, bit)
            harmless += 1
        restore(made, home)
    assert harmless < FLIPS / 2


@pytest.mark.slow
def test_one_byte_of_the_journal_is_found_or_harmless(made: Path, home: Path) -> None:
    expected = read(home)
    chance = random.Random(7)
    path = home / "journal.sqlite"
    used = [n for n, byte in enumerate(path.read_bytes()) if byte]
    for offset in chance.sample(used, FLIPS):
        flip(path, offset, chance.randrange(8))
        if not findings(home):
            assert read(home) == expected, offset
        restore(made, home)


def restore(made: Path, home: Path) -> None:
    shutil.rmtree(home)
    shutil.copytree(made, home)


def damage_journal(home: Path) -> str:
    """Flip a bit inside the packed content of a record; return its IRI."""
    path = home / "journal.sqlite"
    with closing(sqlite3.connect(path)) as plain:
        iri, body = plain.execute("SELECT iri, body FROM changes WHERE seq = 5").fetchone()
    content = path.read_bytes()
    # The longest body may be on pages of its own: its first bytes stand together.
    place = content.index(bytes(body)[:200]) + 100
    flip(path, place, 3)
    return str(iri)


@pytest.mark.slow
def test_commands_tell_damage_and_leave_with_3(home: Path) -> None:
    # Processes of their own: damaged files may abort an engine.
    atlas = Cli(home.parent)
    iri = damage_journal(home)
    for command in (
        ("show", iri),
        ("history", iri),
        ("index", "compare", "--deep"),
        ("index", "rebuild"),
    ):
        done = atlas.process(*command, LANG="zh_CN.UTF-8")
        assert done.code == 3, (command, done.out, done.err)
        assert "Traceback" not in done.err
        assert "journal-damaged" in done.err or "projection-failed" in done.err, done.err
        assert "已损坏" in done.err or "damaged" in done.err
    doctor = atlas.process("doctor", "--deep", "--json")
    assert doctor.code == 3
    (check,) = (c for c in doctor.json["checks"] if c["name"] == "journal-content")
    assert any(f"change 5 ({iri})" in damage for damage in check["damages"])
    for word in ("restore a backup", "import the records", "graph and index still hold"):
        assert word in check["detail"]
    # What is public is still there: the failed rebuild has taken nothing away.
    assert atlas.process("search", "", "--json").json["total"] == 16


GRAPH_AND_INDEX = ("graph/snapshots/0*/*.sst", "index/v*/g*/*.store", "index/v*/g*/*.idx")


@pytest.mark.slow
@pytest.mark.parametrize("files", GRAPH_AND_INDEX)
def test_a_deep_comparison_finds_one_byte_and_repairs_it(home: Path, files: str) -> None:
    atlas = Cli(home.parent)
    path = max(home.glob(files), key=lambda path: path.stat().st_size)
    flip(path, path.stat().st_size // 3, 1)
    assert atlas.process("index", "compare", "--deep").code == 1
    assert atlas.process("index", "compare", "--deep", "--repair").code == 0
    assert findings(home) == []


@pytest.mark.slow
def test_a_running_worker_builds_anew_what_is_broken(home: Path) -> None:
    with serving(home):
        # All files, each in one byte: whichever it looks at first.
        for pattern in ("graph/snapshots/0*/*.sst", "index/v*/g*/*.store"):
            before = {p.parent.name for p in live_files(home, pattern)}
            change_files(home, pattern, lambda path: flip(path, path.stat().st_size // 3, 1))

            def renewed(pattern: str = pattern, before: set[str] = before) -> bool:
                return not before & {p.parent.name for p in live_files(home, pattern)}

            until(renewed, f"{pattern} to be built anew")
        until(lambda: shown(home, 16), "everything to be shown")
    assert findings(home) == []
