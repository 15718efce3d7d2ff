"""A journal that vanishes under whoever uses it: nothing more is acknowledged."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from ontology.errors import AtlasError

FILES = ("", "-wal", "-shm")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "here" / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    opened = Journal.open(f"sqlite:///{path}", SystemClock())
    opened.put_source("before")
    yield opened
    opened.close()


def beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def delete(path: Path) -> None:
    for suffix in FILES:
        beside(path, suffix).unlink(missing_ok=True)


def delete_database(path: Path) -> None:
    path.unlink()


def rename(path: Path) -> None:
    path.rename(path.with_name("away.sqlite"))


def move_folder(path: Path) -> None:
    path.parent.rename(path.parent.with_name("away"))


def empty(path: Path) -> None:
    os.truncate(path, 0)


def make_empty(path: Path) -> None:
    delete(path)
    path.touch()


LOSSES: list[Callable[[Path], None]] = [
    delete,
    delete_database,
    rename,
    move_folder,
    empty,
    make_empty,
]


@pytest.mark.parametrize("lose", LOSSES)
def test_nothing_is_read_or_written_where_the_file_is_gone(
    journal: Journal, path: Path, lose: Callable[[Path], None]
) -> None:
    lose(path)
    there = path.exists()
    uses: list[Callable[[], object]] = [
        lambda: journal.put_source("after"),
        journal.head,
        journal.sources,
        lambda: journal.write(lambda writer: writer.start_run("before")),
    ]
    for use in uses:
        with pytest.raises(AtlasError) as caught:
            use()
        assert caught.value.code == "journal-vanished"
        assert str(path) in caught.value.message("en")
        assert caught.value.kind.status == 503
    assert path.exists() == there, "no file is made in its place"


def test_what_is_put_back_is_used_again(journal: Journal, path: Path) -> None:
    away = path.parent.with_name("away")
    path.parent.rename(away)
    with pytest.raises(AtlasError):
        journal.put_source("lost")
    away.rename(path.parent)
    journal.put_source("after")
    assert [source.id for source in journal.sources()] == ["after", "before"]


@pytest.mark.parametrize("suffix", ["-wal", "-shm"])
def test_a_log_that_is_deleted_loses_nothing_that_was_acknowledged(
    journal: Journal, path: Path, suffix: str
) -> None:
    other = Journal.open(f"sqlite:///{path}", SystemClock())
    other.put_source("from-another-process")
    beside(path, suffix).unlink()
    for opened in (journal, other):
        with pytest.raises(AtlasError) as caught:
            opened.put_source("not-taken")
        assert caught.value.code == "journal-vanished"
        assert suffix in caught.value.message("zh")
    journal.put_source("after")
    assert {s.id for s in other.sources()} == {"before", "from-another-process", "after"}
    other.close()
    journal.close()
    with sqlite3.connect(path) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert plain.execute("SELECT count(*) FROM sources").fetchone() == (3,)


def test_a_file_deleted_during_a_write_is_not_acknowledged(journal: Journal, path: Path) -> None:
    with pytest.raises(AtlasError) as caught, journal.writing() as writer:
        writer.register_source("during", gate="report", kind="file", title="x")
        delete(path)
    assert caught.value.code == "journal-vanished"


def test_a_restored_backup_is_taken_over(journal: Journal, path: Path, tmp_path: Path) -> None:
    identity = journal.identity
    backup = tmp_path / "backup.sqlite"
    with sqlite3.connect(path) as plain, sqlite3.connect(backup) as copy:
        plain.backup(copy)
    journal.put_source("after-the-backup")
    delete(path)
    shutil.copy(backup, path)
    until_taken_over(journal)
    assert [source.id for source in journal.sources()] == ["after", "before"]
    assert journal.identity == identity


def test_another_journal_in_its_place_is_another_one(
    journal: Journal, path: Path, tmp_path: Path
) -> None:
    identity = journal.identity
    elsewhere = tmp_path / "elsewhere.sqlite"
    other = Journal.open(f"sqlite:///{elsewhere}", SystemClock())
    other.put_source("other")
    wanted = other.identity
    other.close()
    delete(path)
    shutil.copy(elsewhere, path)
    until_taken_over(journal)
    assert journal.identity == wanted != identity
    assert journal.mark(0).startswith(wanted)
    assert [source.id for source in journal.sources()] == ["after", "other"]


def until_taken_over(journal: Journal) -> None:
    """Write until it is taken; each refusal says that another journal stands there."""
    for _ in range(3):
        try:
            journal.put_source("after")
        except AtlasError as error:
            assert error.code == "journal-replaced"
        else:
            return
    pytest.fail("it is not taken over")


def test_what_is_no_journal_is_not_taken_over(journal: Journal, path: Path) -> None:
    delete(path)
    with sqlite3.connect(path) as plain:
        plain.execute("CREATE TABLE alembic_version (version_num)")
        plain.execute("INSERT INTO alembic_version VALUES ('0001')")
    for _ in range(3):
        with pytest.raises(AtlasError) as caught:
            journal.put_source("after")
        assert caught.value.code == "journal-replaced"
    with sqlite3.connect(path) as plain:
        tables = plain.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("alembic_version",)]
