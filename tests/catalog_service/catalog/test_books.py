"""Outcomes come after their commit, writers lose no update, and the books agree."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog_service.catalog import Catalog
from catalog_service.catalog.preparation import BATCH_ITEMS
from catalog_service.clock import SystemClock
from catalog_service.journal import Journal
from harvesters.protocols import Item, Precondition
from ontology.record import Record
from shapes.report import Report
from tests.fixtures.gate import TinyGate
from tests.fixtures.records import BASE, iri, item, record
from tests.fixtures.submitting import ENFORCE, FOREVER, REPORT, kinds, statuses, submit


def test_outcomes_come_after_their_commit(
    catalog: Catalog, journal: Journal, journal_url: str
) -> None:
    other = Journal.open(journal_url, SystemClock())
    total = BATCH_ITEMS * 3
    stream = catalog.submit((item(record(str(n), "题")) for n in range(total)), REPORT)
    for position, outcome in enumerate(stream):
        if position % 250 == 0:
            assert outcome.seq is not None
            assert other.head() >= outcome.seq
            assert outcome.remote_id == str(position)
    assert journal.head() == total
    other.close()


def test_a_stream_given_up_midway_stops(catalog: Catalog, journal: Journal) -> None:
    pulled = Counter[str]()

    def endless() -> Iterator[Item]:
        while True:
            pulled["items"] += 1
            yield item(record(str(pulled["items"]), "题"))

    stream = catalog.submit(endless(), REPORT)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert pulled["items"] <= BATCH_ITEMS * 3
    assert 0 < journal.head() <= pulled["items"]


def test_slow_items_do_not_wait_for_a_full_batch(journal: Journal) -> None:
    now = iter(range(1_000_000))
    catalog = Catalog(journal, TinyGate(), BASE, monotonic=lambda: float(next(now)))
    given: list[int] = []

    def slowly() -> Iterator[Item]:
        for n in range(5):
            given.append(n)
            yield item(record(str(n), "题"))

    for outcome in catalog.submit(slowly(), REPORT):
        assert outcome.remote_id == str(given[-1])


def test_two_writers_lose_no_update(journal_url: str) -> None:
    """Both read version after version and replace it under If-Match: every success counts."""
    setup = Journal.open(journal_url, SystemClock())
    submit(Catalog(setup, TinyGate(), BASE), [record("a", "0")])
    rounds, failures, successes = 12, [], Counter[int]()

    def work(name: int) -> None:
        try:
            journal = Journal.open(journal_url, SystemClock())
            catalog = Catalog(journal, TinyGate(), BASE)
            for n in range(rounds):
                while True:
                    current = journal.states("city", ["a"])["a"].latest
                    made = record("a", f"{name}-{n}")
                    expecting = replace(REPORT, expected={"a": Precondition.current(current)})
                    if submit(catalog, [made], expecting)[0].status == "updated":
                        successes[name] += 1
                        break
            journal.close()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    history = setup.history(iri("a"))
    assert successes == {0: rounds, 1: rounds}
    assert [c.seq for c in history] == list(range(1, 2 + 2 * rounds))
    setup.close()


_NAMES = st.sampled_from("ab")


_ITEMS = st.lists(
    st.builds(
        record,
        _NAMES,
        st.sampled_from([None, "甲", "乙"]),
        st.sampled_from([None, "说明"]),
        open_type=st.sampled_from(["unconditional", "none"]),
    ),
    max_size=4,
)


_ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["enforce", "report"]), _ITEMS),
        st.tuples(st.sampled_from(["missing", "withdraw", "release"]), st.lists(_NAMES)),
    ),
    max_size=8,
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(actions=_ACTIONS)
def test_whatever_happens_the_books_agree(
    tmp_path_factory: pytest.TempPathFactory, actions: list[tuple[str, list[Record]]]
) -> None:
    """Every item has an outcome; the records are what their history says; a rerun is quiet."""
    home: Path = tmp_path_factory.mktemp("books")
    journal = Journal.open(f"sqlite:///{home / 'journal.sqlite'}", SystemClock())
    catalog = Catalog(journal, TinyGate(), BASE)
    for action, given_items in actions:
        before = journal.head()
        if action in ("enforce", "report"):
            rule = ENFORCE if action == "enforce" else REPORT
            dry = submit(catalog, given_items, replace(rule, dry_run=True))
            outcomes = submit(catalog, given_items, rule)
            assert [(o.status, o.kind) for o in dry] == [(o.status, o.kind) for o in outcomes]
            assert len(outcomes) == len(given_items)
            written = [o.seq for o in outcomes if o.seq is not None]
            assert written == list(range(before + 1, journal.head() + 1))
            again = submit(catalog, given_items, rule)
            assert {o.status for o in again} <= {"unchanged", "rejected"}
            assert journal.head() == before + len(written)
        else:
            change = {
                "missing": catalog.mark_missing,
                "withdraw": catalog.withdraw,
                "release": catalog.release,
            }[action]
            list(change(given_items, REPORT))  # type: ignore[arg-type]
    public = set()
    for name in "ab":
        stored = journal.get(iri(name))
        assert stored == journal.at(iri(name), FOREVER)
        if stored is None:
            continue
        assert stored.public == (
            stored.state == "active" and "open-type/none" not in (stored.nquads or "")
        )
        # A projection that knows nothing but the changes comes to the same result.
        shown: str | None = None
        for change_ in journal.history(iri(name)):
            if change_.kind != "held":
                shown = change_.nquads if change_.public else None
        assert shown == (stored.nquads if stored.public else None)
        public |= {name} if stored.public else set()
    assert {s.remote_id for s in journal.snapshot()[1]} == public
    journal.close()


def test_recheck_after_the_rules_have_changed(journal: Journal) -> None:
    class Milder(TinyGate):
        def validate(self, record: Record) -> Report:
            found = super().validate(record).findings
            return Report(tuple(f for f in found if f.rule_id != "T1"))

    catalog = Catalog(journal, TinyGate(), BASE)
    good, waiting, never = record("a", "甲", None), record("b", "乙"), record("c", None)
    submit(catalog, [good, waiting, never], ENFORCE)
    submit(catalog, [record("b", None, None)], ENFORCE)
    submit(catalog, [record("d", "丁")], ENFORCE)
    list(catalog.withdraw(["d"], ENFORCE))
    head = journal.head()
    assert statuses(catalog.recheck(ENFORCE)) == ["unchanged"] * 4
    assert journal.head() == head

    milder = Catalog(journal, Milder(), BASE)
    dry = list(milder.recheck(replace(ENFORCE, dry_run=True)))
    assert journal.head() == head
    done = list(milder.recheck(ENFORCE))
    assert kinds(dry) == kinds(done) == [None, "released", "released", None]
    assert [o.seq for o in done] == [None, head + 1, head + 2, None]
    assert [(c.source, c.rule_id, c.records) for c in journal.findings_summary()] == [
        ("city", "T2", 2)
    ]
    assert {s.remote_id for s in journal.snapshot()[1]} == {"a", "b", "c"}
