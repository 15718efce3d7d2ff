"""Writes that come side by side: one transaction, and to each its own outcome."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from catalog_service.catalog import Catalog
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from catalog_service.journal.group_commit import MOST, GroupCommit
from catalog_service.journal.writer import Writer
from ontology.record import Record
from tests.fixtures.gate import TinyGate
from tests.fixtures.records import BASE, record
from tests.fixtures.submitting import submit
from tests.fixtures.waiting import until

PATIENCE = 120.0


class Book:
    """Transactions over a list of lines; kept are those of committed ones."""

    def __init__(self) -> None:
        self.committed: list[list[str]] = []
        self.begun = 0
        self.failing: Exception | None = None

    @contextmanager
    def transaction(self) -> Iterator[list[str]]:
        self.begun += 1
        lines: list[str] = []
        yield lines
        if self.failing is not None:
            raise self.failing
        self.committed.append(lines)


def behind(
    together: GroupCommit[Any],
    first: Callable[[Any], object],
    others: list[Callable[[], object]],
) -> list[Future[object]]:
    """Run ``first``, and meanwhile the others, which all wait when it ends; the first leads."""
    begun, free = Event(), Event()

    def held(transaction: Any) -> object:
        begun.set()
        assert free.wait(PATIENCE)
        return first(transaction)

    with ThreadPoolExecutor(len(others) + 1) as pool:
        futures = [pool.submit(together.run, held)]
        assert begun.wait(PATIENCE)
        for number, other in enumerate(others, 2):
            futures.append(pool.submit(other))
            # In this order, so that what is committed is known.
            until(lambda number=number: len(together._queue) >= number, "the queue to grow")
        free.set()
    return futures


def writes(together: GroupCommit[list[str]], *lines: str) -> list[Callable[[], object]]:
    def one(line: str) -> Callable[[], object]:
        def write(transaction: list[str]) -> str:
            transaction.append(line)
            if line.startswith("bad"):
                raise ValueError(line)
            return line.upper()

        return lambda: together.run(write)

    return [one(line) for line in lines]


def test_those_who_wait_share_the_next_transaction() -> None:
    book = Book()
    together = GroupCommit(book.transaction)
    told = behind(together, lambda lines: lines.append("a"), writes(together, "b", "c", "d"))
    assert [future.result() for future in told] == [None, "B", "C", "D"]
    assert book.committed == [["a"], ["b", "c", "d"]]


def test_a_transaction_is_bounded() -> None:
    book = Book()
    together = GroupCommit(book.transaction)
    lines = [f"line {number}" for number in range(MOST + 2)]
    behind(together, lambda _: None, writes(together, *lines))
    assert book.committed == [[], lines[:MOST], lines[MOST:]]


def test_what_fails_beside_others_fails_alone() -> None:
    book = Book()
    together = GroupCommit(book.transaction)
    told = behind(together, lambda _: None, writes(together, "b", "bad", "c", "bad too", "d"))
    errors = [future.exception() for future in told]
    assert [str(error) for error in errors if error is not None] == ["bad", "bad too"]
    assert [line for lines in book.committed for line in lines] == ["b", "c", "d"]


@pytest.mark.parametrize("where", ["commit", "write"])
def test_what_befalls_the_database_is_told_to_all(where: str) -> None:
    book = Book()
    together = GroupCommit(book.transaction)
    full = OperationalError("COMMIT", None, Exception("disk full"))

    def fails(_: list[str]) -> None:
        if where == "write":
            raise full
        book.failing = full

    others = [lambda: together.run(fails), *writes(together, "b", "c")]
    told = behind(together, lambda _: None, others)
    assert [future.exception() for future in told] == [None, full, full, full]
    assert book.committed == [[]]
    # Tried once for all of them: a database that does not answer keeps nobody waiting for others.
    assert book.begun == 2
    book.failing = None
    assert writes(together, "e")[0]() == "E"


def test_an_interrupted_leader_leaves_the_others_their_writes() -> None:
    book = Book()
    together = GroupCommit(book.transaction)

    def interrupted(lines: list[str]) -> None:
        lines.append("lost")
        raise KeyboardInterrupt

    told = behind(together, interrupted, writes(together, "b", "c"))
    assert isinstance(told[0].exception(), KeyboardInterrupt)
    assert [future.result() for future in told[1:]] == ["B", "C"]
    assert [line for lines in book.committed for line in lines] == ["b", "c"]


@pytest.fixture
def journal(journal_url: str) -> Iterator[Journal]:
    opened = Journal.open(journal_url, SystemClock())
    yield opened
    opened.close()


def test_submissions_side_by_side_are_one_commit(journal: Journal) -> None:
    catalog = Catalog(journal, TinyGate(), BASE)
    commits: list[sa.Connection] = []
    event.listen(journal._engine, "commit", commits.append)

    def submits(one: Record) -> Callable[[], object]:
        return lambda: submit(catalog, [one])[0]

    def nothing(_: Writer) -> None:
        return None

    told = behind(
        journal._group_commit,
        nothing,
        [submits(record("a", "甲")), submits(record("b", "乙")), submits(record("a", "改"))],
    )
    outcomes: list[Any] = [future.result() for future in told[1:]]
    assert [(o.status, o.remote_id, o.seq) for o in outcomes] == [
        ("created", "a", 1),
        ("created", "b", 2),
        # It was prepared before the first was written, and decided after.
        ("updated", "a", 3),
    ]
    assert len(commits) == 2
    assert [c.kind for c in journal.changes_after(0)] == ["created", "created", "updated"]
    assert journal.head() == 3


def test_a_write_that_fails_takes_nothing_of_the_others_with_it(journal: Journal) -> None:
    catalog = Catalog(journal, TinyGate(), BASE)

    def fails(writer: Writer) -> None:
        writer.register_source("city", gate="enforce", kind="push", title="never")
        raise ValueError

    told = behind(
        journal._group_commit,
        lambda _: None,
        [
            lambda: journal.write(fails),
            lambda: submit(catalog, [record("a", "甲")])[0],
            lambda: submit(catalog, [record("b", "乙")])[0],
        ],
    )
    assert [type(future.exception()) for future in told[1:]] == [ValueError, type(None), type(None)]
    assert journal.head() == 2
    source = journal.source("city")
    assert source is not None
    assert source.title == "city"
